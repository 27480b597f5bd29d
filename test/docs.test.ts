import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { it } from 'node:test'
import { generatedDocs } from './helpers/docs.ts'

for (const [path, text] of Object.entries(generatedDocs()))
  it(`${path} is what the program prints ('npm run docs' writes it)`, () => {
    assert.equal(readFileSync(path, 'utf8'), text)
  })
