/** What `npm pack` runs first: builds dist, and adds the licences of what the bundles hold. */
import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { licencesOf } from './licences.ts'

const root = join(import.meta.dirname, '../..')
execFileSync(process.execPath, [join(root, '.build.mjs')], { stdio: ['ignore', 'inherit', 'inherit'] })
await writeFile(join(root, 'dist/LICENSES.txt'), await licencesOf(root, 'dist'))
