import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkRows, commonCheckRows } from '../../src/config/check-rows.ts'
import { ownCheckRows } from '../helpers/reference.ts'

test('a type of check that has no keys of its own gets no table of them', () => {
  const types = ownCheckRows({ failing: commonCheckRows, tcp: checkRows.tcp }).map(([type]) => type)
  assert.deepEqual(types, ['tcp'])
})
