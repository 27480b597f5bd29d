import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The project's own licence, then those of the npm packages that the bundles hold, equal texts once. */
export async function copyrightOf(root) {
  const own = (await readFile(join(root, 'LICENSE'), 'utf8')).trim()
  const byText = new Map()
  for (const { name, version, text } of await packagesOf(root))
    byText.set(text, [...(byText.get(text) ?? []), `${name} ${version}`])
  const parts = [...byText].map(([text, names]) => `${names.join(', ')}:\n\n${indented(text)}`)
  return [
    `berofosd:\n\n${indented(own)}`,
    'Files below /usr/lib/berofosd hold all or parts of these npm packages, from https://www.npmjs.com/:',
    ...parts,
    '',
  ].join('\n\n')
}

/** What is installed for programs to run with; types, and what is never bundled, left out. */
async function packagesOf(root) {
  const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8'))
  const paths = Object.keys(lock.packages).filter(path => {
    const { dev, optional } = lock.packages[path]
    return path !== '' && !dev && !optional && !path.includes('/@types/')
  })
  return Promise.all(paths.sort().map(path => packageOf(join(root, path))))
}

async function packageOf(directory) {
  const { name, version, license, author } = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8'))
  const file = (await readdir(directory)).find(entry => /^licen[cs]e(\.|$)/i.test(entry))
  if (file === undefined && license === undefined) throw new Error(`${name} names no licence: say here which it is`)
  const text = file === undefined ? `${license}, ${author?.name ?? author}` : await readFile(join(directory, file), 'utf8')
  return { name, version, text: text.replaceAll('\r', '').trim() }
}

function indented(text) {
  return text.replace(/^(?=.*\S)/gm, '  ').replace(/[ \t]+$/gm, '')
}
