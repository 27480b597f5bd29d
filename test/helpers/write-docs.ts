import { writeFileSync } from 'node:fs'
import { generatedDocs } from './docs.ts'

/** `npm run docs` */
for (const [path, text] of Object.entries(generatedDocs())) writeFileSync(path, text)
