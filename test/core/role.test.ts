import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { modeFor, otherRole, portsOf, roleOf, severities } from '../../src/core/role.ts'
import { hookNames } from '../../src/core/settings.ts'

describe('A word of the configuration', () => {
  it('is one of five for how much is logged, from most to least', () => {
    assert.deepEqual(severities, ['debug', 'info', 'notice', 'warning', 'error'])
  })

  it('is one of four for a hook', () => {
    assert.deepEqual(hookNames, ['before_slave', 'after_slave', 'before_master', 'after_master'])
  })
})

describe('The mode that gives the lines to a role', () => {
  const rows = [
    ['master', false, 1],
    ['slave', false, 0],
    ['master', true, 0],
    ['slave', true, 1],
  ] as const
  for (const [role, invert, mode] of rows)
    it(`is ${mode} for the ${role}${invert ? ' on an inverted device' : ''}, and a reading of ${mode} tells that role`, () => {
      assert.equal(modeFor(role, invert), mode)
      assert.equal(roleOf(mode, invert), role)
    })

  it('connects A to B by 1 and A to D by 0', () => {
    assert.deepEqual([portsOf(1), portsOf(0)], ['A--B', 'A--D'])
  })

  it('is of a role or of the other', () => {
    assert.deepEqual([otherRole('master'), otherRole('slave')], ['slave', 'master'])
  })
})
