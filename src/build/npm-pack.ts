/**
 * What `npm pack` runs first, with the word `before`: builds dist, adds the licences of what the bundles hold, and takes
 * from package.json what only a clone needs. With `after` it puts that back.
 */
import './node-20.ts'
import { execFileSync } from 'node:child_process'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { licencesOf } from './licences.ts'

const root = join(import.meta.dirname, '../..')
const manifest = join(root, 'package.json')
/** The whole package.json while npm packs: git ignores it, and npm packs only what `files` names. */
const whole = join(root, '.package.json.whole')

if (process.argv[2] === 'after') await restoreManifest()
else await prepare()

async function prepare(): Promise<void> {
  execFileSync(process.execPath, ['--import', 'tsx', 'src/build/bundles.ts'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  await writeFile(join(root, 'dist/LICENSES.txt'), await licencesOf(root, 'dist'))
  await packManifest()
}

/**
 * Leaves out of package.json what an installed package has no use for: the bundles hold the dependencies, so that npm
 * must fetch none, and the scripts call files that are not packed. npm reads the file after this. Where a pack was
 * interrupted, `git checkout package.json` puts it right.
 */
async function packManifest(): Promise<void> {
  const text = await readFile(manifest, 'utf8')
  const { scripts, dependencies, devDependencies, ...packed } = JSON.parse(text)
  await writeFile(whole, text)
  await writeFile(manifest, `${JSON.stringify(packed, null, 2)}\n`)
}

/** Puts the whole package.json back; does nothing when it is there. */
async function restoreManifest(): Promise<void> {
  await rename(whole, manifest).catch(error => {
    if (error.code !== 'ENOENT') throw error
  })
}
