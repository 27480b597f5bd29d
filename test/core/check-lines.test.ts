import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { upEvidence } from '../../src/core/check-lines.ts'
import { type CheckState, uncheckedState } from '../../src/core/rise-fall.ts'
import { initialState } from '../../src/core/state.ts'
import { pingCheck, someSettings } from '../helpers/settings.ts'

const settings = someSettings({
  checks: [pingCheck(), pingCheck({ name: 'sip' }), pingCheck({ name: 'web', required: false })],
})
const up = (outcome: 'answered' | 'failed'): CheckState => ({
  ...uncheckedState,
  verdict: 'up',
  streak: { outcome, count: 7 },
})
const told = (checks: Record<string, CheckState>) =>
  upEvidence(settings, { ...initialState, upSince: 1000, checks }, 3_662_000)

describe('Why the master is held for up', () => {
  it('tells for how long, and the answers of each check that decides', () => {
    assert.equal(
      told({ ping: up('answered'), sip: up('answered'), web: up('answered') }),
      'the master has been up for 1h 1m, check ping: 7 answers in a row; check sip: 7 answers in a row',
    )
  })

  it('calls no failures answers', () => {
    assert.equal(
      told({ ping: up('answered'), sip: up('failed') }),
      'the master has been up for 1h 1m, check ping: 7 answers in a row',
    )
    assert.equal(told({ ping: up('failed'), sip: up('failed') }), 'the master has been up for 1h 1m')
  })
})
