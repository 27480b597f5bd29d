import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type CheckStates, checkState, countResult } from '../../src/core/rise-fall.ts'
import type { CheckSettings } from '../../src/core/settings.ts'
import { standstill } from '../../src/core/stood-still.ts'
import { pingCheck } from '../helpers/settings.ts'

const ping = pingCheck({ fall: 5, rise: 1 })
const sip = pingCheck({ name: 'sip', fall: 4, rise: 1 })
const web = pingCheck({ name: 'web', fall: 5, rise: 1, required: false })

/** What is made of results a second apart: `+` an answer, `-` a failure; `ping+` names the check. */
function told(settings: readonly CheckSettings[], results: string): string | null {
  let checks: CheckStates = {}
  let said: string | null = null
  results.split(' ').forEach((result, second) => {
    const now = { mono: second * 1000, wall: Date.parse('2024-01-15T12:00:00') + second * 1000 }
    const check = settings.find(({ name }) => result.startsWith(name)) as CheckSettings
    const outcome = result.endsWith('+') ? 'answered' : 'failed'
    const state = countResult(
      checkState(checks, check.name),
      check,
      { outcome, ms: 1, detail: '' },
      now,
      true,
    )
    const after = { ...checks, [check.name]: state }
    said = standstill(settings, checks, after, now) ?? said
    checks = after
  })
  return said
}

describe('A master that answers nothing for a while, and then again', () => {
  it('stood still when half of what moves the lines was reached', () => {
    assert.match(
      told([ping], 'ping+ ping- ping- ping- ping+') ?? '',
      /^the master answered nothing for 4s at 12:00:01, and then again: /,
    )
  })

  it('did not for one lost packet or two', () => assert.equal(told([ping], 'ping+ ping- ping- ping+'), null))

  it('was dead when the lines had a reason to move', () =>
    assert.equal(told([ping], 'ping+ ping- ping- ping- ping- ping- ping+'), null))

  it('did not while another required check was answered', () =>
    assert.equal(told([ping, sip], 'ping+ sip+ sip- sip- ping+ sip- sip+'), null))

  it('did whatever a check answered that decides nothing', () =>
    assert.notEqual(told([ping, web], 'ping+ ping- ping- web+ ping- ping+'), null))
})
