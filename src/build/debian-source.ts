import { execFile, execFileSync } from 'node:child_process'
import { chmod, cp, lutimes, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { promisify } from 'node:util'
import { bashCompletion } from './bash-completion.ts'
import { licencesOf } from './licences.ts'

interface SourceTreeOptions {
  /** The project's directory. */
  readonly root: string
  /** A directory that is not there yet. */
  readonly tree: string
  /** As in `process.arch` of the host that is to run the programs. */
  readonly arch: string
  /** Of the program: `0.1.0`. Its section of CHANGELOG.md is what debian/changelog tells. */
  readonly version: string
  /** Of the package: `0.1.0-1`. */
  readonly packageVersion: string
  /** `NAME <ADDRESS>` */
  readonly maintainer: string
  /** Of every time in the package: seconds since 1970. */
  readonly epochS: number
}

const programs = ['berofosd', 'bnfos', 'xivo-berofos']

/** The documents for those who install and operate it, with those that they refer to. */
const documents = [
  'installation.md',
  'operations.md',
  'card.md',
  'monitoring.md',
  'wazo.md',
  'migration.md',
  'configuration.md',
  'state-machine.md',
]

/** The parts of the unit and its surroundings → their names in debian/. */
const units = { service: 'berofosd.service', sysusers: 'berofosd.sysusers', tmpfiles: 'berofosd.tmpfiles' }

/** Writes the tree that debhelper makes the package from: the bundled programs, their documents, and debian/. */
export async function writeSourceTree(options: SourceTreeOptions): Promise<void> {
  const { root, tree, epochS } = options
  await packPrograms(options)
  for (const directory of ['config', 'docs/man', 'docs/images', 'docs/monitoring'])
    await cp(join(root, directory), join(tree, directory), { recursive: true })
  for (const name of documents)
    await write(join(tree, 'docs', name), withoutManLinks(await readFile(join(root, 'docs', name), 'utf8')))
  await cp(join(root, 'CHANGELOG.md'), join(tree, 'CHANGELOG.md'))
  await writeDebian(options)
  await settle(tree, epochS)
}

/** Of the last commit in the clone, else of package.json, in seconds since 1970. */
export async function lastChangeS(clone: string): Promise<number> {
  try {
    // Root builds in a clone of somebody else, which git refuses to read unless it is named.
    const words = ['-c', `safe.directory=${clone}`, 'log', '-1', '--format=%ct']
    return Number(execFileSync('git', words, { cwd: clone, encoding: 'utf8', stdio: 'pipe' }))
  } catch {
    // From an archive, without git.
    return Math.floor((await stat(join(clone, 'package.json'))).mtimeMs / 1000)
  }
}

/** Bundles the programs and copies them into the tree, with the chunks that they load and no others. */
async function packPrograms({ root, tree, arch }: SourceTreeOptions): Promise<void> {
  const target = join(tree, 'programs')
  const scratch = `${tree}-bundles`
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

async function writeDebian(options: SourceTreeOptions): Promise<void> {
  const { root, tree, maintainer } = options
  const debian = join(tree, 'debian')
  await cp(join(root, 'systemd/debian'), debian, { recursive: true })
  for (const [name, file] of Object.entries(units))
    await cp(join(root, 'systemd', file), join(debian, `berofosd.${name}`))
  const control = await readFile(join(debian, 'control'), 'utf8')
  await write(join(debian, 'control'), control.replace('@MAINTAINER@', maintainer))
  const changes = await readFile(join(root, 'CHANGELOG.md'), 'utf8')
  await write(join(debian, 'changelog'), debianChangelog(changes, options))
  await write(join(debian, 'copyright'), await licencesOf(root, '/usr/lib/berofosd'))
  await write(join(debian, 'completion'), bashCompletion())
}

/**
 * The entry of a version for debian/changelog, from its section in CHANGELOG.md.
 * @throws when CHANGELOG.md has no such section
 */
function debianChangelog(changelog: string, options: SourceTreeOptions): string {
  const { version, packageVersion, maintainer, epochS } = options
  const section = changelog.split(/^## /m).find(part => part.startsWith(version))
  if (section === undefined) throw new Error(`CHANGELOG.md has no section ${version}: add one`)
  const points = section.split('\n').slice(1).join('\n').split(/^- /m).slice(1)
  const lines = points.map(point => wrapped(plain(point)))
  const date = new Date(epochS * 1000).toUTCString().replace('GMT', '+0000')
  const head = `berofosd (${packageVersion}) bookworm; urgency=medium`
  return `${head}\n\n${lines.join('\n')}\n\n -- ${maintainer}  ${date}\n`
}

/** Without headings in between and the marks of Markdown. */
function plain(point: string): string {
  return point.replace(/^#.*$/gm, '').replace(/[`\\]/g, '')
}

/** Debian Policy 4.4: two blanks, a star. A line has at most 80 characters, so far as its words allow. */
function wrapped(point: string): string {
  const lines: string[] = []
  let line = '  *'
  for (const word of point.trim().split(/\s+/)) {
    const longer = `${line} ${word}`
    if (longer.length > 80) lines.push(line)
    line = longer.length > 80 ? `    ${word}` : longer
  }
  return [...lines, line].join('\n')
}

/** The package has its man pages where man looks for them. */
function withoutManLinks(text: string): string {
  return text.replace(/\[([^\]]+)\]\(man\/[^)]+\)/g, '$1')
}

/** Equal modes and times whatever the umask was: debhelper keeps the times, and the modes of what it does not know. */
async function settle(tree: string, epochS: number): Promise<void> {
  for (const entry of await readdir(tree, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    const runs = entry.isDirectory() || path.endsWith('/debian/rules') || isProgram(entry.name)
    if (!entry.isSymbolicLink()) await chmod(path, runs ? 0o755 : 0o644)
    await lutimes(path, epochS, epochS)
  }
}

function isProgram(name: string): boolean {
  return programs.some(program => name === `${program}.cjs`)
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
}
