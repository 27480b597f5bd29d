import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Decision, decide, targetOf } from '../../src/core/decide.ts'
import type { Event } from '../../src/core/events.ts'
import { nextText } from '../../src/core/phases.ts'
import { refusal } from '../../src/core/refusal.ts'
import type { HaStatement, Settings } from '../../src/core/settings.ts'
import { initialState, type State } from '../../src/core/state.ts'
import { someSettings } from '../helpers/settings.ts'

const file = '/etc/xivo/ha.conf'
const other: HaStatement = {
  is: 'other',
  file,
  what: `${file} has node_type master`,
  cure: 'make it a slave',
}
const torn: HaStatement = { is: 'unusable', file, what: `${file} is torn`, cure: 'apply again' }

function wazo(master: string | null, said: HaStatement): Settings {
  return someSettings({ wazo: { said, master, followers: ['ping'], ownSecondaryFile: true } })
}

/** Plays events, a second apart, and returns the last decision and all its lines. */
function play(steps: readonly (readonly [Settings, Event])[], from: State = initialState) {
  let state = from
  let decision: Decision | null = null
  const lines: string[] = []
  for (const [index, [settings, event]] of steps.entries()) {
    const now = { mono: 1000 * (index + 1), wall: 1e12 + 1000 * index }
    decision = decide(settings, state, event, now)
    state = decision.state
    for (const effect of decision.effects) if (effect.kind === 'log') lines.push(effectLine(effect))
  }
  return { state, lines }
}
const effectLine = ({ severity, text }: { severity: string; text: string }) => `${severity}: ${text}`

const started: Event = { kind: 'started', stored: null, secondary: false }
const back: Event = { kind: 'secondaryChanged', present: true }
/** A slave that has the lines. */
const failedOver: State = {
  ...initialState,
  role: 'slave',
  roleUnknown: false,
  checksHaveSpoken: true,
  verdict: 'down',
}
const gone: Event = { kind: 'secondaryChanged', present: false }
const reloaded = (settings: Settings): Event => ({
  kind: 'reloaded',
  settings,
  changed: ['ping'],
  secondary: true,
  windowForMs: 0,
})
const answered: Event = {
  kind: 'probed',
  check: 'ping',
  result: { outcome: 'answered', ms: 1, detail: '1 ms' },
}

describe('A node whose ha.conf names no master', () => {
  const rows: [string, HaStatement, string][] = [
    [
      'that is no slave',
      other,
      `info: passive: this node is not the slave (${file} has node_type master); make it a slave; it is looked at each minute`,
    ],
    [
      'whose file tells nothing',
      torn,
      `warning: passive: this node is not known to be the slave (${file} is torn); apply again; it is looked at each minute`,
    ],
  ]
  for (const [what, said, line] of rows)
    it(`${what}, says once why it is passive`, () => {
      const settings = wazo(null, said)
      const { state, lines } = play([
        [settings, started],
        [settings, { kind: 'woken' }],
        [settings, gone],
      ])
      assert.deepEqual([state.phase, lines], ['passive', [line]])
    })

  it('says what would make it work', () => {
    const settings = wazo(null, other)
    const { state } = play([[settings, started]])
    assert.equal(
      nextText({ settings, state, now: { mono: 1000, wall: 1e12 } }),
      `would start work when ${file} names its master (${file} has node_type master); it is looked at each minute`,
    )
  })

  it('takes no order, not even when nobody has looked for the secondary file', () => {
    const said = refusal(wazo(null, torn), { ...initialState, secondary: true })
    assert.equal(said, `this node is not known to be the slave (${file} is torn): it drives no relay`)
  })

  it('keeps its role when it ceases to be the slave', () => {
    const slave = wazo('10.34.1.10', { is: 'slave', file, address: '10.34.1.10' })
    const after = play([[wazo(null, other), gone]], failedOver).state
    assert.deepEqual([after.role, after.phase, targetOf(after)], ['slave', 'passive', null])
    assert.equal(refusal(slave, { ...after, secondary: true }), null)
  })

  it('drives no relay at its next master before the first verdict on it', () => {
    const slave = wazo('10.34.1.11', { is: 'slave', file, address: '10.34.1.11' })
    const passive = play(
      [
        [wazo(null, other), gone],
        [wazo(null, other), reloaded(wazo(null, other))],
        [slave, back],
        [slave, reloaded(slave)],
      ],
      failedOver,
    ).state
    assert.deepEqual([passive.phase, targetOf(passive)], ['starting', null])
    const checksHaveSpoken = play(
      [
        [slave, answered],
        [slave, answered],
      ],
      passive,
    ).state
    assert.deepEqual([checksHaveSpoken.role, checksHaveSpoken.checksHaveSpoken], ['slave', true])
    assert.notEqual(targetOf(checksHaveSpoken), null)
  })
})

it('A node without its secondary file is passive for that, with host = wazo too', () => {
  const settings = {
    ...wazo('10.34.1.10', { is: 'slave', file, address: '10.34.1.10' }),
    secondaryFile: '/var/lib/wazo/is-secondary',
  }
  const { state, lines } = play([[settings, started]])
  assert.deepEqual(lines, [
    'info: passive: this node is not the secondary (/var/lib/wazo/is-secondary is missing)',
  ])
  assert.equal(
    nextText({ settings, state, now: { mono: 1, wall: 1 } }),
    'would start work when /var/lib/wazo/is-secondary appears',
  )
})
