/**
 * `npm run deb [-- [DIR] [--arch x64|arm64]]`: builds berofosd_VERSION_ARCHITECTURE.deb in DIR, by default the
 * project's directory, with debhelper in a temporary tree. DEBFULLNAME and DEBEMAIL name the maintainer.
 *
 * Two builds of one commit are the same, byte for byte: every time in the package is SOURCE_DATE_EPOCH or that of the
 * last commit, debhelper sets modes and owners, and the compressor runs on one thread.
 */
import './node-20.ts'
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { lastChangeS, writeSourceTree } from './debian-source.ts'
import { toolOptions } from './tool-options.ts'

/** `process.arch` → Debian's name of the same. */
const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' }

/** Revision of the packaging: raised when it changes and the program does not. */
const revision = 1

const root = resolve(import.meta.dirname, '../..')
const { values, positionals } = toolOptions('npm run deb -- [DIR] [--arch x64|arm64]', {
  arch: { type: 'string', default: process.arch },
})
const [directory = root] = positionals
try {
  await build(values.arch, resolve(directory))
} catch (error) {
  process.stderr.write(`npm run deb: ${(error as Error).message}\n`)
  process.exitCode = 1
}

async function build(arch: string, target: string): Promise<void> {
  const architecture = architectures[arch]
  if (architecture === undefined) throw new Error(`no package for ${arch}: --arch is x64 or arm64`)
  needTools(arch)
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  const work = await mkdtemp(join(tmpdir(), 'berofosd-deb-'))
  try {
    const tree = join(work, `berofosd-${version}`)
    const packageVersion = `${version}-${revision}`
    const epochS = Number(process.env.SOURCE_DATE_EPOCH ?? (await lastChangeS(root)))
    await writeSourceTree({ root, tree, arch, version, packageVersion, maintainer: maintainer(), epochS })
    debhelp(tree, architecture, epochS)
    const name = `berofosd_${packageVersion}_${architecture}.deb`
    await mkdir(target, { recursive: true })
    await copyFile(join(work, name), join(target, name))
    await report(join(target, name))
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** Says in one sentence what is to be installed, where debhelper would only fail. */
function needTools(arch: string): void {
  const tools: Record<string, string> = {
    'dpkg-buildpackage': 'dpkg-dev',
    dh: 'debhelper',
    'dh_bash-completion': 'bash-completion',
    ...(arch === 'arm64' && process.arch !== arch
      ? { 'aarch64-linux-gnu-strip': 'binutils-aarch64-linux-gnu' }
      : {}),
  }
  const missing = Object.keys(tools).filter(tool => !existsSync(join('/usr/bin', tool)))
  if (missing.length === 0) return
  const packages = missing.map(tool => tools[tool]).join(' ')
  throw new Error(`needs ${missing.join(', ')}: apt-get install ${packages}`)
}

/** Runs debian/rules as a build daemon does; what it says is told only when it fails. */
function debhelp(tree: string, architecture: string, epochS: number): void {
  const words = ['--build=binary', '--no-sign', '--no-check-builddeps', `--host-arch=${architecture}`]
  // An operator's umask, locale and flags for compilers have no place in a package.
  const command = `umask 022; exec dpkg-buildpackage ${words.join(' ')}`
  const { PATH, HOME = '/' } = process.env
  try {
    execFileSync('sh', ['-c', command], {
      cwd: tree,
      env: { PATH, HOME, LC_ALL: 'C.UTF-8', SOURCE_DATE_EPOCH: String(epochS) },
      stdio: 'pipe',
      maxBuffer: 64 * 1024 * 1024,
    })
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: Buffer; stderr?: Buffer }
    throw new Error(`dpkg-buildpackage failed:\n${stdout}${stderr}`)
  }
}

function maintainer(): string {
  const { DEBFULLNAME = 'berofosd authors', DEBEMAIL = 'berofosd@example.org' } = process.env
  return `${DEBFULLNAME} <${DEBEMAIL}>`
}

async function report(file: string): Promise<void> {
  const installedKib = Number(execFileSync('dpkg-deb', ['-f', file, 'Installed-Size'], { encoding: 'utf8' }))
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(2)} MB`
  const { size } = await stat(file)
  process.stdout.write(`${file}\n${megabytes(size)}, installed ${megabytes(installedKib * 1024)}\n`)
}
