import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judgeError } from '../../src/probes/attempt.ts'

const withCode = (code: string) => Object.assign(new Error(`connect ${code}`), { code })

for (const [code, local, outcome] of [
  ['ECONNREFUSED', false, 'failed'],
  ['ECONNREFUSED', true, 'failed'],
  ['ECONNRESET', false, 'failed'],
  ['ETIMEDOUT', false, 'failed'],
  ['EHOSTUNREACH', true, 'failed'],
  ['ENETUNREACH', true, 'inconclusive'],
  ['ENETUNREACH', false, 'failed'],
  ['EACCES', true, 'inconclusive'],
  ['EPERM', true, 'inconclusive'],
  ['EMFILE', true, 'inconclusive'],
  ['ENOBUFS', true, 'inconclusive'],
  ['ENOMEM', true, 'inconclusive'],
  ['EADDRNOTAVAIL', true, 'inconclusive'],
  ['ESOMETHINGNEW', false, 'failed'],
] as const) {
  test(`${code} ${local ? 'from our own kernel' : 'from the network'}: ${outcome}`, () => {
    assert.equal(judgeError(withCode(code), local).outcome, outcome)
  })
}

test('foreign text is cut to one printable line', () => {
  assert.equal(judgeError(new Error('bad\u0007 thing\nstack'), false).detail, 'bad? thing')
})
