import assert from 'node:assert/strict'
import { expectOneLine } from '../expect.ts'

/** What may be wrong with a whole file, without a line to blame. */
const ofNoLine =
  /^(?:\[master\] host: missing, expected|no check, expected|is larger than 1 MiB|names no device)/
const longestList = 21

/** Holds what is said of a file to `FILE:LINE: …`, each line one that the file has. */
export function expectPlaces(file: string, input: Buffer, texts: readonly string[]): void {
  const lines = input.toString('latin1').split('\n').length
  assert.ok(texts.length <= longestList, `${texts.length} problems are listed`)
  for (const [index, text] of texts.entries()) {
    expectOneLine(text)
    if (index === longestList - 1 && /^… and \d+ more$/.test(text)) continue
    const [, line, what] =
      /^(?::(\d+))?: (.+)$/.exec(text.startsWith(file) ? text.slice(file.length) : '') ?? []
    assert.ok(what, `names no place: ${text.replace(file, 'FILE')}`)
    if (line === undefined) assert.match(what, ofNoLine)
    else assert.ok(Number(line) >= 1 && Number(line) <= lines, `line ${line} of ${lines}: ${what}`)
  }
}

/** Those of the samples: any other text may stand in a message by chance. */
const passwords = ['Sesame77', 'geheim', 'a;b']

/** No password stands in what is said, unless the file has it in other places too. */
export function expectNoLogin(input: Buffer, texts: readonly string[]): void {
  const text = input.toString()
  for (const password of passwords) {
    const logins = text.match(new RegExp(`^[ \\t]*login[ \\t]*=.*${password}`, 'gim'))?.length ?? 0
    if (text.split(password).length - 1 > logins) continue
    assert.ok(!texts.some(said => said.includes(password)), 'a password is said')
  }
}
