import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The part of package-lock.json that is read. */
interface LockFile {
  readonly packages: Readonly<Record<string, { readonly dependencies?: Readonly<Record<string, string>> }>>
}

interface Licensed {
  readonly name: string
  readonly version: string
  readonly text: string
}

/**
 * The project's own licence, then those of the npm packages that the bundles in `place` hold, equal texts once.
 * `root`: the project's directory, with its packages installed.
 * @throws when a package names no licence
 */
export async function licencesOf(root: string, place: string): Promise<string> {
  const own = (await readFile(join(root, 'LICENSE'), 'utf8')).trim()
  const byText = new Map<string, string[]>()
  for (const { name, version, text } of await packagesOf(root))
    byText.set(text, [...(byText.get(text) ?? []), `${name} ${version}`])
  const parts = [...byText].map(([text, names]) => `${names.join(', ')}:\n\n${indented(text)}`)
  return [
    `berofosd:\n\n${indented(own)}`,
    `Files below ${place} hold all or parts of these npm packages, from https://www.npmjs.com/:`,
    ...parts,
    '',
  ].join('\n\n')
}

/** What the programs import, and all that it needs in turn. The other packages of the lock file are for building. */
async function packagesOf(root: string): Promise<Licensed[]> {
  const { packages }: LockFile = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8'))
  const found = new Set((await importedBy(join(root, 'src'))).map(name => `node_modules/${name}`))
  // A set goes on to what is added while it is walked through.
  for (const path of found)
    for (const name of Object.keys(packages[path]?.dependencies ?? {}))
      if (!name.startsWith('@types/')) found.add(resolved(packages, path, name))
  return Promise.all([...found].sort().map(path => packageOf(join(root, path))))
}

/** Names of the packages that the source imports; what builds it is no part of it. */
async function importedBy(source: string): Promise<string[]> {
  const files = await readdir(source, { recursive: true })
  const paths = files.filter(path => path.endsWith('.ts') && !path.startsWith('build/'))
  const texts = await Promise.all(paths.map(path => readFile(join(source, path), 'utf8')))
  const imported = /\b(?:from|import)[\s(]*'((?:@[\w.-]+\/)?[\w.-]+)(?=['/])/g
  const names = texts.flatMap(text => [...text.matchAll(imported)].map(([, name = '']) => name))
  return names.filter(name => !name.startsWith('.'))
}

/** Where Node finds `name` from a package at `path`: in its own node_modules, or in that of one around it. */
function resolved(packages: LockFile['packages'], path: string, name: string): string {
  for (
    let around = path;
    around !== '';
    around = around.replace(/(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/, '')
  ) {
    const inner = `${around}/node_modules/${name}`
    if (inner in packages) return inner
  }
  return `node_modules/${name}`
}

async function packageOf(directory: string): Promise<Licensed> {
  const { name, version, license, author } = JSON.parse(
    await readFile(join(directory, 'package.json'), 'utf8'),
  )
  const file = (await readdir(directory)).find(entry => /^licen[cs]e(\.|$)/i.test(entry))
  if (file === undefined && license === undefined)
    throw new Error(`${name} names no licence: say here which it is`)
  const text =
    file === undefined
      ? `${license}, ${author?.name ?? author}`
      : await readFile(join(directory, file), 'utf8')
  return { name, version, text: text.replaceAll('\r', '').trim() }
}

function indented(text: string): string {
  return text.replace(/^(?=.*\S)/gm, '  ').replace(/[ \t]+$/gm, '')
}
