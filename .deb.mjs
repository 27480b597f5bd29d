#!/usr/bin/env node
// `npm run deb [DIR]`: berofosd_VERSION_ARCHITECTURE.deb in DIR, the project's directory if none is given.
//
// Two builds of one commit are the same, byte for byte: every time is SOURCE_DATE_EPOCH or that of the last commit,
// every mode and owner is set here, and the compressor runs on one thread. DEBFULLNAME and DEBEMAIL name the maintainer.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, lutimes, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { bashCompletion } from './systemd/debian/completion.mjs'
import { copyrightOf } from './systemd/debian/copyright.mjs'
import { debianChangelog } from './systemd/debian/changelog.mjs'
import { installPrograms } from './systemd/debian/programs.mjs'

const root = import.meta.dirname
const parts = join(root, 'systemd/debian')
const programs = ['berofosd', 'bnfos', 'xivo-berofos']
const architecture = { x64: 'amd64', arm64: 'arm64' }[process.arch]
if (architecture === undefined) throw new Error(`no package for ${process.arch}: amd64 and arm64 only`)

const { version } = JSON.parse(await source('package.json'))
const { DEBFULLNAME = 'berofosd authors', DEBEMAIL = 'berofosd@example.org' } = process.env
const maintainer = `${DEBFULLNAME} <${DEBEMAIL}>`
const epochS = Number(process.env.SOURCE_DATE_EPOCH ?? (await lastChangeS()))
const directory = resolve(process.argv[2] ?? root)
const target = join(directory, `berofosd_${version}_${architecture}.deb`)

const work = await mkdtemp(join(tmpdir(), 'berofosd-deb-'))
try {
  const tree = join(work, 'tree')
  await installPrograms(root, programs, join(work, 'bundles'), join(tree, 'usr/lib/berofosd'))
  await installFiles(tree)
  const installedBytes = await settle(tree)
  await writeControl(tree, installedBytes)
  await settle(tree)
  await mkdir(directory, { recursive: true })
  execFileSync('dpkg-deb', ['--root-owner-group', '--threads-max=1', '-Zxz', '--build', tree, target], {
    env: { ...process.env, SOURCE_DATE_EPOCH: String(epochS) },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const megabytes = bytes => `${(bytes / 1e6).toFixed(2)} MB`
  console.log(target)
  console.log(`${megabytes((await stat(target)).size)}, installed ${megabytes(installedBytes)}`)
} finally {
  await rm(work, { recursive: true, force: true })
}

async function installFiles(tree) {
  const put = (path, text, mode) => write(join(tree, path), text, mode)
  await put('etc/berofosd.conf', idleConfiguration(await source('config/berofosd.conf')), 0o640)
  await put('usr/lib/systemd/system/berofosd.service', await source('systemd/berofosd.service'))
  await put('usr/lib/sysusers.d/berofosd.conf', await source('systemd/berofosd.sysusers'))
  await put('usr/lib/tmpfiles.d/berofosd.conf', await source('systemd/berofosd.tmpfiles'))
  await put('usr/share/bash-completion/completions/berofosd', bashCompletion())
  await put('usr/share/lintian/overrides/berofosd', await source('systemd/debian/lintian-overrides'))
  const pages = (await readdir(join(root, 'docs/man'))).filter(name => /\.\d$/.test(name))
  for (const page of pages)
    await put(`usr/share/man/man${page.at(-1)}/${page}.gz`, zipped(await source(`docs/man/${page}`)))
  const changelog = await source('CHANGELOG.md')
  const entry = debianChangelog(changelog, { version, maintainer, epochS })
  const docs = 'usr/share/doc/berofosd'
  await put(`${docs}/copyright`, await copyrightOf(root, '/usr/lib/berofosd'))
  await put(`${docs}/changelog.Debian.gz`, zipped(entry))
  await put(`${docs}/examples/bnfos.conf`, await source('config/bnfos.conf'))
  await mkdir(join(tree, 'usr/bin'), { recursive: true })
  for (const name of programs) await symlink(`../lib/berofosd/${name}.mjs`, join(tree, 'usr/bin', name))
}

/** Without a master the unit stays idle: an example's address is nobody's master. */
function idleConfiguration(text) {
  const idle = text.replace(/^host = /m, ';host = ')
  if (idle === text) throw new Error('config/berofosd.conf sets no host: idleConfiguration in .deb.mjs has to follow')
  return idle
}

async function writeControl(tree, installedBytes) {
  const fields = {
    VERSION: version,
    ARCHITECTURE: architecture,
    MAINTAINER: maintainer,
    INSTALLED_SIZE: String(Math.ceil(installedBytes / 1024)),
  }
  const control = (await source('systemd/debian/control')).replace(/@(\w+)@/g, (_, name) => fields[name])
  const files = (await pathsOf(tree)).filter(({ entry, path }) => entry.isFile() && path !== 'etc/berofosd.conf')
  const sums = await Promise.all(
    files.map(async ({ path }) => {
      const content = await readFile(join(tree, path))
      return `${createHash('md5').update(content).digest('hex')}  ${path}\n`
    }),
  )
  await write(join(tree, 'DEBIAN/control'), control)
  await write(join(tree, 'DEBIAN/md5sums'), sums.join(''))
  await write(join(tree, 'DEBIAN/conffiles'), await readFile(join(parts, 'conffiles')))
  for (const script of ['preinst', 'postinst', 'prerm', 'postrm'])
    await write(join(tree, 'DEBIAN', script), await readFile(join(parts, script)), 0o755)
}

/** Equal times and modes whatever the umask was. Returns the bytes of all files. */
async function settle(tree) {
  let bytes = 0
  for (const { entry, path } of (await pathsOf(tree)).reverse()) {
    const found = join(tree, path)
    const { mode, size } = await stat(found)
    if (entry.isDirectory()) await chmod(found, 0o755)
    if (entry.isFile() && path !== 'etc/berofosd.conf') await chmod(found, mode & 0o100 ? 0o755 : 0o644)
    if (entry.isFile()) bytes += size
    await lutimes(found, epochS, epochS)
  }
  await chmod(tree, 0o755)
  await lutimes(tree, epochS, epochS)
  return bytes
}

/** All below a directory, in an order that is always the same, a directory before what is in it. */
async function pathsOf(tree) {
  const entries = await readdir(tree, { recursive: true, withFileTypes: true })
  const named = entries.map(entry => ({ entry, path: relative(tree, join(entry.parentPath, entry.name)) }))
  return named.sort((a, b) => (a.path < b.path ? -1 : 1))
}

async function write(path, content, mode = 0o644) {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, content)
  await chmod(path, mode)
}

/** gzip itself: zlib writes another header. */
function zipped(text) {
  return execFileSync('gzip', ['-9nc'], { input: text })
}

function source(path) {
  return readFile(join(root, path), 'utf8')
}

async function lastChangeS() {
  try {
    const options = { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }
    return execFileSync('git', ['log', '-1', '--format=%ct'], options).trim()
  } catch {
    // From an archive, without git.
    return Math.floor((await stat(join(root, 'package.json'))).mtimeMs / 1000)
  }
}
