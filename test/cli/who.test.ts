import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { whoAsks } from '../../src/cli/berofosd/who.ts'

describe('Who gives an order', () => {
  it('is whoever ran sudo', () =>
    assert.equal(
      whoAsks({ SUDO_USER: 'alice' }, () => 'root'),
      'alice',
    ))
  it('else the login name', () =>
    assert.equal(
      whoAsks({ SUDO_USER: '' }, () => 'root'),
      'root',
    ))
  it('else nobody that is known', () =>
    assert.equal(
      whoAsks({}, () => ''),
      null,
    ))
  it('is no longer than the daemon takes', () => {
    assert.equal(whoAsks({ SUDO_USER: 'a'.repeat(100) }, () => '')?.length, 64)
  })
})
