import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codeOf, networkError } from '../../src/net/error-texts.ts'

test('a refused connection is the fault of the peer', () => {
  assert.deepEqual(networkError('ECONNREFUSED'), { side: 'peer', text: 'connection refused' })
})

test('missing file descriptors are the fault of this node', () => {
  assert.equal(networkError('EMFILE')?.side, 'here')
})

test('a word that is not an error of a socket has no text', () => {
  for (const code of ['', 'ENOTFOUND', 'toString']) assert.equal(networkError(code), null)
})

test('the code of an error that has none is empty', () => {
  for (const error of [new Error('x'), 'x', null, Object.assign(new Error('x'), { code: 7 })])
    assert.equal(codeOf(error), '')
})
