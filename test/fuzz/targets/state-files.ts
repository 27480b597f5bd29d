import assert from 'node:assert/strict'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { decide } from '../../../src/core/decide.ts'
import type { Moment } from '../../../src/core/role.ts'
import { salvage } from '../../../src/core/salvage.ts'
import type { Settings } from '../../../src/core/settings.ts'
import { initialState, phases, type State } from '../../../src/core/state.ts'
import { type StoredState, toStored } from '../../../src/core/stored-state.ts'
import { systemPorts } from '../../../src/daemon/ports.ts'
import { StateStore } from '../../../src/daemon/state-store.ts'
import { statusOf } from '../../../src/daemon/status.ts'
import { systemClock } from '../../../src/system/clock.ts'
import { Random } from '../../helpers/random.ts'
import { parseStored } from '../../helpers/stored.ts'
import { someConfigurations, someEvent } from '../events.ts'
import { expectOneLine } from '../expect.ts'
import type { Target } from '../target.ts'
import { scratch } from './scratch.ts'

const pause = { until: 1_000_000_100_000, reason: 'works', at: 999_999_000_000 }
const move = { id: 3, to: 'slave', event: 'failover', reason: 'ping: down', stage: 'driving', arrived: false }
const stored = {
  version: 1,
  role: 'slave',
  adopting: false,
  roleSince: 999_999_000_000,
  override: null,
  pause: null,
}
const policy = { ...stored, failovers: [999_999_000_000], flapping: false, move: null, moves: 3 }
const policies = [
  policy,
  { ...policy, pause },
  { ...policy, adopted: { to: 'slave', atWall: 999_999_000_000 } },
  { ...policy, override: { ...pause, until: null, role: 'master' } },
  ...['asking', 'agreed', 'before', 'driving', 'after', 'arriving'].map(stage => ({
    ...policy,
    move: { ...move, stage, cuts: 1 },
    failedHooks: { before_slave: { event: 'called-off', detail: 'exit status 1', atWall: 1e12 } },
  })),
]
const history = [
  { at: 1e12, what: 'failover', from: 'master', to: 'slave', reason: 'ping' },
  { at: 1e12, what: 'switched', relay: 'fos1', mode: 0, text: 'switched fos1 to mode=0 (A--D) in 41 ms' },
]
const states = policies.map(each => ({ policy: each, relays: { fos1: { mode: 1, sent: null, wall: 1e12 } } }))
const json = (value: unknown) => Buffer.from(JSON.stringify(value))
const times = [
  '0',
  '-1',
  '1e308',
  '1e400',
  '8640000000000000',
  '-8640000000000000',
  '8639999999999999.5',
  '0.1',
  '999999999999',
]
const words = [
  'null',
  'true',
  '[]',
  '{}',
  '"master"',
  '"slave"',
  '"driving"',
  '"called-off"',
  '"__proto__":',
  '{"policy":null,"relays":{}}',
  ...times,
]

/** One value changed for another, so that most stay JSON and some stay a state. */
function otherValue(sources: readonly object[]) {
  return (random: Random) => {
    let text = JSON.stringify(random.pick(sources))
    for (const _ of random.many(0, 4, () => 0)) {
      const values = [...text.matchAll(/(?<=[:[,])(?:-?[\d.e+]+|"[^"]*"|true|false|null)(?=[,}\]])/g)]
      if (values.length === 0) break
      const { index, 0: value } = random.pick(values)
      const other = /^-?[\d.e+]+$/.test(value) && !random.oneIn(5) ? random.pick(times) : random.pick(words)
      text = text.slice(0, index) + other + text.slice(index + value.length)
    }
    return Buffer.from(text)
  }
}

export const storedStates: Target = {
  name: 'stored-state',
  holds:
    'refused, or salvaged to a state from which every event leads to a state that can be shown and stored',
  seeds: policies.map(json),
  words,
  generate: otherValue(policies),
  limitMs: 500,
  open: () => ({ run: goOn }),
}

export const stateFiles: Target = {
  name: 'state-files',
  holds: 'used, or used in part or set aside, with a warning; never more',
  seeds: [...states, history, [], {}].map(json),
  words,
  generate: otherValue([...states, history]),
  oneIn: 10,
  limitMs: 500,
  open() {
    const { directory, remove } = scratch()
    return { run: input => load(directory, input), close: remove }
  },
}

function goOn(input: Buffer): void {
  const salvaged = salvage(jsonOf(input))
  if (salvaged === null) return
  const { stored: before, lost } = salvaged
  const random = new Random(input)
  const settings = random.pick(someConfigurations)
  let now: Moment = { mono: random.pick([0, 5000.25, 1e9]), wall: random.pick([1e12, 999_999_000_000, 0]) }
  const secondary = !random.oneIn(4)
  const started = { kind: 'started', stored: before, secondary } as const
  const event = lost.length > 0 ? { ...started, lost: lost.join(', ') } : started
  let { state } = decide(settings, { ...initialState }, event, now)
  expectState(settings, state, now)
  for (let step = 0; step < 12; step++) {
    const next = someEvent(random, state, settings)
    const afterMs = random.pick([10, 10, 61_000, 300_000, 1e10])
    now = { mono: now.mono + afterMs, wall: now.wall + afterMs }
    const decision = decide(settings, state, next, now)
    state = decision.state
    expectState(settings, state, now)
    for (const effect of decision.effects) if (effect.kind === 'log') expectOneLine(effect.text, 9000)
  }
}

/** Can be shown by `status`, and read by the next run. */
function expectState(settings: Settings, state: State, now: Moment): void {
  assert.ok(phases.includes(state.phase), state.phase)
  statusOf({
    version: '1',
    node: 'tel2',
    facts: { settings, state, relays: [], node: {}, now },
    findings: [],
    lastSwitch: () => null,
    lastMove: null,
  })
  const next: StoredState = toStored(state, now)
  assert.ok(
    parseStored(JSON.parse(JSON.stringify(next))),
    `the next run refuses ${JSON.stringify(next).slice(0, 300)}`,
  )
}

async function load(directory: string, input: Buffer): Promise<void> {
  const files = ['state.json', 'history.json'].map(name => join(directory, name))
  for (const file of files) {
    rmSync(`${file}.bad`, { force: true })
    writeFileSync(file, input)
  }
  const said: string[] = []
  const store = new StateStore({
    directory,
    clock: systemClock,
    disk: systemPorts.disk,
    log: (_, text) => said.push(text),
    unsaved: () => {},
    snapshot: () => ({ policy: null, relays: {}, boot: null, secondary: null, addresses: {} }),
    copy: { read: () => null, write: () => true },
    copyPath: '',
    boot: null,
  })
  const { policy, relays, lost } = await store.load()
  const entries = store.history(20)
  for (const text of said) expectOneLine(text)
  const aside = files.filter(file => existsSync(`${file}.bad`))
  assert.equal(said.length, aside.length, 'set aside or salvaged without a word')
  assert.ok(aside.length > 0, 'the same bytes are a state and a history')
  if (aside.includes(files[0] ?? '')) assert.ok(lost, 'a damaged state without a loss')
  if (policy === null) assert.deepEqual(relays, {})
  for (const { at } of entries) new Date(at).toISOString()
  await store.close(1000)
}

function jsonOf(input: Buffer): unknown {
  try {
    return JSON.parse(input.toString('utf8'))
  } catch {
    return undefined
  }
}
