import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { nearestName } from '../../src/config/nearest-name.ts'

const known = ['interval', 'timeout', 'fall', 'rise', 'required']

describe('a mistyped name is taken for', () => {
  const rows: [string, string | null][] = [
    ['intervall', 'interval'],
    ['intreval', 'interval'],
    ['TIMEOUT', 'timeout'],
    ['time_out', 'timeout'],
    ['fal', 'fall'],
    ['risse', 'rise'],
    ['reqired', 'required'],
    ['colour', null],
    ['', null],
    ['x'.repeat(100_000), null],
  ]
  for (const [typed, expected] of rows)
    test(`${typed.slice(0, 20) || 'nothing'}: ${expected ?? 'none'}`, () =>
      assert.equal(nearestName(typed, known), expected))
})
