/**
 * What `npm pack` runs first: builds dist, adds the licences of what the bundles hold, and takes from package.json
 * what only a clone needs. `after-pack.ts` puts that back.
 */
import './node-20.ts'
import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { licencesOf } from './licences.ts'
import { packManifest } from './packed-manifest.ts'

const root = join(import.meta.dirname, '../..')
execFileSync(process.execPath, ['--import', 'tsx', 'src/build/bundles.ts'], {
  cwd: root,
  stdio: ['ignore', 'inherit', 'inherit'],
})
await writeFile(join(root, 'dist/LICENSES.txt'), await licencesOf(root, 'dist'))
await packManifest(root)
