import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, cp, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Whence and whither, for one processor. */
interface AddonOptions {
  /** The project's directory. */
  readonly root: string
  /** Where the bundles are. */
  readonly target: string
  /** As in `process.arch`. */
  readonly arch: string
}

/** The part of a row of package-lock.json that is read. */
interface LockedPackage {
  readonly version: string
  /** `sha512-…`, of the tarball. */
  readonly integrity: string
}

const loaded = ['package.json', 'LICENSE.txt', 'index.cjs', 'src/koffi/index.cjs', 'src/koffi/src/static.cjs']

/**
 * Copies koffi beside the bundles, since no bundle can hold its native addon. It comes with a package for each platform;
 * Node finds both there. The one of another processor is taken from npm's registry.
 * @throws when there is none for this processor, or it is not what package-lock.json has
 */
export async function copyAddon({ root, target, arch }: AddonOptions): Promise<void> {
  const name = `@koromix/koffi-linux-${arch}`
  const locked = await lockedPackage(root, name)
  const parts = join(target, 'node_modules')
  await copyFiles(join(root, 'node_modules/koffi'), join(parts, 'koffi'), loaded)
  const copyFrom = (from: string) =>
    copyFiles(from, join(parts, name), ['package.json', 'index.js', `linux_${arch}/koffi.node`])
  const installed = join(root, 'node_modules', name)
  // npm has installed that of this processor.
  if (await stat(installed).catch(() => null)) return copyFrom(installed)
  const scratch = await mkdtemp(join(tmpdir(), 'berofosd-addon-'))
  try {
    await copyFrom(await fetched(name, locked, scratch))
  } finally {
    await rm(scratch, { recursive: true })
  }
}

async function lockedPackage(root: string, name: string): Promise<LockedPackage> {
  const { packages } = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8'))
  const found = packages[`node_modules/${name}`]
  if (found === undefined) throw new Error(`package-lock.json has no ${name}: --arch is x64 or arm64`)
  return found
}

async function copyFiles(from: string, to: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await cp(join(from, name), join(to, name))
    await chmod(join(to, name), 0o644)
  }
}

/** A package from npm's registry, byte for byte as the lock file has it; returns where it is unpacked in `scratch`. */
async function fetched(
  name: string,
  { version, integrity }: LockedPackage,
  scratch: string,
): Promise<string> {
  const quiet = ['--silent', '--prefer-offline', '--pack-destination', scratch]
  execFileSync('npm', ['pack', `${name}@${version}`, ...quiet], { stdio: ['ignore', 'ignore', 'inherit'] })
  const [tarball = ''] = await readdir(scratch)
  const content = await readFile(join(scratch, tarball))
  const sum = createHash('sha512').update(content).digest('base64')
  if (`sha512-${sum}` !== integrity)
    throw new Error(`${name}@${version} is not what package-lock.json has: ${sum}`)
  execFileSync('tar', ['-xzf', join(scratch, tarball), '-C', scratch])
  return join(scratch, 'package')
}
