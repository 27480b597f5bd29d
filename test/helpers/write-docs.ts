import { readFileSync, writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import { generatedDocs } from './docs.ts'

/** `npm run docs`: tells which files it has changed. */
for (const [path, text] of Object.entries(generatedDocs())) {
  if (textOf(path) === text) continue
  writeFileSync(path, text)
  process.stdout.write(`${relative(process.cwd(), path)}\n`)
}

/** null: there is none yet. */
function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
