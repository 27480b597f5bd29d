/** What `npm pack` runs last: package.json is again what it was. */
import { join } from 'node:path'
import { restoreManifest } from './packed-manifest.ts'

await restoreManifest(join(import.meta.dirname, '../..'))
