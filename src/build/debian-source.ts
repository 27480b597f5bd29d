import { chmod, cp, lutimes, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { bashCompletion } from './bash-completion.ts'
import { debianChangelog, type EntryOptions } from './debian-changelog.ts'
import { licencesOf } from './licences.ts'
import { packPrograms } from './packed-programs.ts'

interface SourceTreeOptions extends EntryOptions {
  /** The project's directory. */
  readonly root: string
  /** A directory that is not there yet. */
  readonly tree: string
  /** As in `process.arch` of the host that is to run the programs. */
  readonly arch: string
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
  const { root, tree, arch, epochS } = options
  const scratch = `${tree}-bundles`
  await packPrograms({ root, programs, arch, scratch, target: join(tree, 'programs') })
  for (const directory of ['config', 'docs/man', 'docs/images', 'docs/monitoring'])
    await cp(join(root, directory), join(tree, directory), { recursive: true })
  for (const name of documents)
    await write(join(tree, 'docs', name), withoutManLinks(await readFile(join(root, 'docs', name), 'utf8')))
  await cp(join(root, 'CHANGELOG.md'), join(tree, 'CHANGELOG.md'))
  await writeDebian(options)
  await settle(tree, epochS)
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
