import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { assertRefusal, refusal } from '../../src/core/refusal.ts'
import { initialState, type State } from '../../src/core/state.ts'
import { someSettings } from '../helpers/settings.ts'

const settings = someSettings({ secondaryFile: '/var/lib/wazo/is-secondary' })
const state = (changes: Partial<State> = {}): State => ({ ...initialState, ...changes })
const pause = { until: null, reason: '', atWall: 0 }

describe('An order to drive relays', () => {
  it('is taken by a node that is configured and the secondary', () => {
    assert.equal(refusal(settings, state()), null)
  })

  it('is taken while paused: the latest word counts', () => {
    assert.equal(refusal(settings, state({ pause })), null)
  })

  it('is refused without bnfos.conf', () => {
    assert.match(refusal({ ...settings, devices: null }, state()) ?? '', /no bnfos.conf/)
  })

  it('is refused by a node that is not the secondary, naming the file', () => {
    const why = refusal(settings, state({ secondary: false }))
    assert.match(
      why ?? '',
      /not the secondary \(\/var\/lib\/wazo\/is-secondary is missing\): it drives no relay/,
    )
  })

  it('is refused while nobody is known to watch', () => {
    const wazo = { master: null, said: { is: 'other', what: 'w', file: 'f', cure: 'c' } } as const
    assert.match(refusal(someSettings({ wazo } as never), state()) ?? '', /not the slave/)
  })
})

describe('Re-asserting a role', () => {
  it('is taken for the role that is', () => {
    assert.equal(assertRefusal(settings, state({ role: 'slave' }), 'slave'), null)
  })

  it('is refused for the other one, with the way to pin it', () => {
    const why = assertRefusal(settings, state({ role: 'slave' }), 'master')
    assert.match(why ?? '', /its role is slave: use 'berofosd --force master'/)
  })

  it('is refused while paused', () => {
    assert.match(assertRefusal(settings, state({ pause }), 'master') ?? '', /use 'berofosd resume' first/)
  })

  it('is refused where no relay may be driven at all', () => {
    assert.match(assertRefusal({ ...settings, devices: null }, state(), 'master') ?? '', /no bnfos.conf/)
  })
})
