import { execFile } from 'node:child_process'
import { chmod, cp, mkdir, readFile, rm, stat } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { promisify } from 'node:util'

interface PackedPrograms {
  /** The project's directory. */
  readonly root: string
  readonly programs: readonly string[]
  /** As in `process.arch` of the host that runs them. */
  readonly arch: string
  /** A directory that is not there yet; it is not there afterwards either. */
  readonly scratch: string
  readonly target: string
}

/** Bundles the programs and copies them to `target`, with the chunks that they load and no others. */
export async function packPrograms({ root, programs, arch, scratch, target }: PackedPrograms): Promise<void> {
  const foreign = arch === process.arch ? [] : ['--arch', arch]
  const build = ['--import', 'tsx', 'src/build/bundles.ts', scratch, ...foreign]
  await promisify(execFile)(process.execPath, build, { cwd: root })
  const loaded = await loadedFrom(programs.map(name => join(scratch, `${name}.cjs`)))
  for (const path of loaded)
    for (const part of [path, `${path}.LEGAL.txt`])
      if (await isFile(part)) await install(part, join(target, relative(scratch, part)))
  await cp(join(scratch, 'node_modules'), join(target, 'node_modules'), {
    recursive: true,
    filter: path => !/\/LICENSE(\.txt)?$/.test(path),
  })
  for (const name of programs) await chmod(join(target, `${name}.cjs`), 0o755)
  await rm(scratch, { recursive: true })
}

/** The files and all that they load, in turn. */
async function loadedFrom(entries: readonly string[]): Promise<ReadonlySet<string>> {
  const found = new Set(entries)
  // A set goes on to what is added while it is walked through.
  for (const path of found)
    for (const [, name = ''] of (await readFile(path, 'utf8')).matchAll(
      /["'](\.{1,2}\/[\w./-]+\.[cm]js)["']/g,
    )) {
      const other = resolve(dirname(path), name)
      if (await isFile(other)) found.add(other)
    }
  return found
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    found => found.isFile(),
    () => false,
  )
}

async function install(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true })
  await cp(from, to)
}
