import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The whole package.json while npm packs: git ignores it, and npm packs only what `files` names. */
const whole = '.package.json.whole'

/**
 * Leaves out of package.json what an installed package has no use for: the bundles hold the dependencies, so that npm
 * must fetch none, and the scripts call files that are not packed. npm reads the file after this. Where a pack was
 * interrupted, `git checkout package.json` puts it right.
 */
export async function packManifest(root: string): Promise<void> {
  const text = await readFile(join(root, 'package.json'), 'utf8')
  const { scripts, dependencies, devDependencies, ...packed } = JSON.parse(text)
  await writeFile(join(root, whole), text)
  await writeFile(join(root, 'package.json'), `${JSON.stringify(packed, null, 2)}\n`)
}

/** Puts the whole package.json back; does nothing when it is there. */
export async function restoreManifest(root: string): Promise<void> {
  await rename(join(root, whole), join(root, 'package.json')).catch(error => {
    if (error.code !== 'ENOENT') throw error
  })
}
