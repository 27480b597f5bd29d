import { writeFileSync } from 'node:fs'
import { renderReference } from './reference.ts'

// `npm run docs`: writes docs/configuration.md anew.
writeFileSync(new URL('../../docs/configuration.md', import.meta.url), renderReference())
