import assert from 'node:assert/strict'
import { describe, it, test } from 'node:test'
import { readBnfos } from '../../src/config/bnfos-file.ts'
import { scanIni } from '../../src/config/ini-file.ts'
import { readSettings } from '../../src/config/settings-reading.ts'
import type { KnownMode } from '../../src/core/relay/relay-state.ts'
import { initialState, type State } from '../../src/core/state.ts'
import { toStored } from '../../src/core/stored-state.ts'
import { type StateFile, stateFileText } from '../../src/daemon/state-file.ts'
import { plainWatchdog } from '../../src/simulator/watchdog-firmware.ts'
import type { Status } from '../../src/status/status-json.ts'
import { pingCheck, someSettings } from '../helpers/settings.ts'
import type { Fact } from './facts.ts'
import { VerdictCount } from './follow-verdict.ts'
import { statusIsTrue } from './invariants-of-calm.ts'
import { oneLineForEachChange } from './invariants-of-lines.ts'
import { ordersLast } from './invariants-of-moves.ts'
import { startsUndoNothing } from './invariants-of-orders.ts'
import { plainSite, playMadeUp } from './made-up.ts'
import { restMs } from './rest.ts'
import { simulate } from './simulate.ts'
import { bnfosText, configText, files, type Site } from './site.ts'
import { type Invariant, type View, viewOf } from './view.ts'
import { World } from './world.ts'

const hourMs = 3_600_000
const wall = Date.UTC(2026, 0, 1)
const known: State = { ...initialState, roleUnknown: false }
const born: Fact = { is: 'born', life: 2 }
const died: Fact = { is: 'died', life: 1, how: 'is killed' }

/** One thing that happens; a fact is told. */
type Event = Fact | ((world: World) => void)

interface Case {
  readonly title: string
  readonly invariant: Invariant
  readonly events: readonly Event[]
  /** What the daemon would show. */
  readonly shown?: Partial<View>
  readonly says: string | null
}

/** It told fos1, which moved; it was not read since, and only the copy in memory has the order. */
const toldUnread: readonly Event[] = [
  { is: 'read', relay: 'fos1', mode: 1, sampledAt: 0 },
  { is: 'wrote', relay: 'fos1', keyword: 'mode', value: '0' },
  { is: 'moved', relay: 'fos1', mode: 0, by: 'http' },
  world => save(world, known, { fos1: { mode: 1, sent: 0 } }),
]

/** The next daemon finds fos1 moved, takes it for drift, and says that it has put it right. */
const drivenBack: readonly Event[] = [
  world => Object.assign(world, { life: {} }),
  { is: 'read', relay: 'fos1', mode: 0, sampledAt: 1 },
  driven,
  { is: 'moved', relay: 'fos1', mode: 1, by: 'http' },
  { is: 'read', relay: 'fos1', mode: 1, sampledAt: 2 },
  { is: 'line', severity: 'notice', text: 'switched fos1 to mode=1 (A--B)' },
]

describe('An invariant', () => {
  const cases: readonly Case[] = [
    {
      title: 'lets the order before go on where the daemon was killed before it saved the new one',
      invariant: ordersLast,
      events: [force(1), saveOverride, done, at(60_000), force(2), died, at(hourMs), overrideIsOver],
      says: null,
    },
    {
      title: 'wants an order as long as it was given that was saved before the daemon was killed',
      invariant: ordersLast,
      events: [
        force(1),
        saveOverride,
        done,
        at(60_000),
        force(2),
        saveOverride,
        died,
        at(hourMs),
        overrideIsOver,
      ],
      says: 'force ended 3660000 ms too early',
    },
    {
      title: 'takes a hand for the daemon, where that one had saved that it was about to switch there',
      invariant: oneLineForEachChange,
      events: [...killedBefore(0), switchedByHand, born, switched],
      says: null,
    },
    {
      title: 'takes no hand for the daemon, where that one had sent nothing',
      invariant: oneLineForEachChange,
      events: [...killedBefore(null), switchedByHand, born, switched],
      says: '"switched fos1 to mode=0 (A--D)" was said, and nothing moved',
    },
    {
      title: 'lets a switch be said again after a boot, where only the memory that it empties knew of it',
      invariant: oneLineForEachChange,
      events: [...switchedBy(0), died, booted({ mode: 1, sent: 0 }), born, switched],
      says: null,
    },
    {
      title: 'wants a switch said once, where the disk that a boot leaves knew of it',
      invariant: oneLineForEachChange,
      events: [...switchedBy(0), died, booted({ mode: 0, sent: null }), born, switched],
      says: '"switched fos1 to mode=0 (A--D)" was said, and nothing moved',
    },
    {
      title: 'wants no line of a switch that only the memory knew to be ordered, which a boot empties',
      invariant: oneLineForEachChange,
      events: [...toldUnread, died, booted({ mode: 1, sent: null }), born, ...drivenBack],
      says: null,
    },
    {
      title: 'wants a line of a switch that the disk knew to be ordered',
      invariant: oneLineForEachChange,
      events: [...toldUnread, died, booted({ mode: 1, sent: 0 }), born, ...drivenBack],
      says: 'a change of fos1 before this one has no line',
    },
    {
      title: 'wants a start to leave the lines where every relay reads them',
      invariant: startsUndoNothing,
      events: [saveRole('master'), born, ...allRead(0), driven],
      shown: { settings: plainSettings() },
      says: 'fos1 is driven away from the slave, where every relay read',
    },
    {
      title: 'lets a daemon undo what a watchdog does after its start',
      invariant: startsUndoNothing,
      events: [
        saveRole('master'),
        born,
        ...allRead(1),
        tripped('fos1'),
        tripped('fos2'),
        ...allRead(0),
        driven,
      ],
      shown: { settings: plainSettings() },
      says: null,
    },
    {
      title: 'lets a daemon undo what a device reads that could not be asked at its start',
      invariant: startsUndoNothing,
      events: [
        saveRole('master'),
        cut('fos1'),
        born,
        { is: 'up', life: 2 },
        heal('fos1'),
        ...allRead(0),
        driven,
      ],
      shown: { settings: plainSettings() },
      says: null,
    },
    {
      title: 'wants the role that was stored',
      invariant: statusIsTrue,
      events: [saveRole('master'), born, { is: 'found' }, answered],
      shown: showsSlave(),
      says: 'status says slave, the log master',
    },
    {
      title: 'wants the role that a command without a lock has stored until a start looks',
      invariant: statusIsTrue,
      events: [saveRole('master'), born, saveRole('slave'), { is: 'found' }, answered],
      shown: showsSlave(),
      says: null,
    },
  ]
  for (const { title, invariant, events, shown, says } of cases)
    it(title, () => assert.equal(judge(invariant, events, shown), says))
})

describe('In a simulated world', () => {
  it('the watchdog of a device trips at its moment, though nobody looks', async () => {
    const moves: [relay: string, atMs: number][] = []
    await playMadeUp({
      actor: () => {},
      happenings: [[10, world => world.relay('fos1').turnWatchdogOn(60)]],
      forS: 100,
      watch: (fact, world) => {
        if (fact.is === 'moved') moves.push([`${fact.relay} ${fact.by}`, world.timeline.now])
      },
    })
    assert.deepEqual(moves, [['fos1 watchdog', 70_000]])
  })

  it('each start tells when it has looked at what is stored', async () => {
    const { tally } = await simulate({ seed: 1, pace: 1, site: plainSite, wall, steps: [calmAfter(1000)] })
    assert.equal(tally.facts.found, tally.facts.born)
  })
})

test('a check that a reload has changed is counted anew', () => {
  const counts = new VerdictCount()
  const verdictWith = (intervals: readonly number[]) => {
    for (const intervalMs of intervals) {
      const settings = someSettings({ checks: [pingCheck({ intervalMs, fall: 2 })] })
      counts.hear({ is: 'forgot' }, settings, 0)
      counts.hear({ is: 'probed', check: 'ping', outcome: 'failed' }, settings, 0)
    }
    return counts.verdictOf('ping')
  }
  assert.deepEqual([verdictWith([1000, 2000]), verdictWith([2000])], ['unknown', 'down'])
})

test('an order that ends while a world is let rest begins its rest anew', async () => {
  const [ping] = plainSite.checks
  const checks = [{ ...(ping as Site['checks'][0]), intervalS: 60, fall: 2 }]
  const site = { ...plainSite, checks, devices: plainSite.devices.slice(0, 1) }
  // It would be over a second after the order.
  const afterMs = 1_200_000 - restMs(site, 10) + 1000
  const steps = [
    { afterMs: 310_000, action: 'force', argument: ['master', 120] },
    { ...calmAfter(afterMs), calm: 'all but the master' },
  ] as const
  const { violation, story } = await simulate({ seed: 1, pace: 10, site, wall, steps }, { story: true })
  const told = story.flatMap(line => /its time is over|failover:|calm for long enough/.exec(line)?.[0] ?? [])
  assert.deepEqual([violation, told], [null, ['its time is over', 'failover:', 'calm for long enough']])
})

test('a device that was switched off and on has its lines at the server by its own doing', async () => {
  const site: Site = {
    ...plainSite,
    devices: plainSite.devices.slice(0, 1),
    bypass: { kickS: 5, watchdogS: 20, firmware: plainWatchdog },
  }
  const offAndOn = { afterMs: 15_000, action: 'relays lose power', argument: ['fos1'] } as const
  const steps = [
    { afterMs: 60_000, action: 'modedef is changed', argument: ['fos1', 1] },
    { afterMs: 1000, action: 'daemon is stopped', argument: [60] },
    ...[offAndOn, offAndOn, offAndOn],
    calmAfter(15_000),
  ] as const
  const { violation } = await simulate({ seed: 1, pace: 1, site, wall, steps })
  assert.equal(violation, null)
})

/** What it says first. */
function judge(invariant: Invariant, events: readonly Event[], shown: Partial<View> = {}): string | null {
  const follower = invariant.follow()
  let says: string | null = null
  let view: ReturnType<typeof viewOf> | null = null
  const watch = (fact: Fact, inWorld: World) => {
    view ??= viewOf(inWorld)
    view.hear(fact)
    says ??= follower(fact, { ...view, ...shown })
  }
  const world = new World({ seed: 1, site: plainSite, pace: 1, wall, watch, actor: () => {} })
  for (const event of events) {
    if (typeof event === 'function') event(world)
    else world.tell(event)
  }
  return says
}

function at(ms: number): Event {
  return world => {
    world.timeline.now = ms
  }
}

function force(hours: number): Event {
  const request = { command: 'force', role: 'slave', forMs: hours * hourMs, reason: '' } as const
  return { is: 'ordered', request, ok: null }
}

function done(world: World): void {
  world.tell({ is: 'ordered', request: { command: 'force', role: 'slave', forMs: 0, reason: '' }, ok: true })
}

function overrideIsOver(world: World): void {
  world.tell({
    is: 'line',
    severity: 'warning',
    text: 'override: its time is over: automatic failover is on again',
  })
}

function saveOverride(world: World): void {
  const order = { until: null, reason: '', orderedAt: 0, atWall: world.wall() }
  save(world, { ...known, override: { role: 'slave', ...order } })
}

function saveRole(role: State['role']): Event {
  return world => save(world, { ...known, role })
}

function save(world: World, state: State, relays: StateFile['relays'] = {}): void {
  const { now } = world.timeline
  const policy = toStored(state, { mono: now, wall: world.wall() })
  const content = { policy, relays, boot: 'boot 1', secondary: true, addresses: {} }
  world.disk.copied = stateFileText(content, { lineage: 'one', serial: 1 })
}

/** It was killed when it had saved that it is about to send this mode; null: none. */
function killedBefore(sent: 0 | null): Event[] {
  return [
    { is: 'read', relay: 'fos1', mode: 1, sampledAt: 0 },
    world => save(world, known, { fos1: { mode: 1, sent } }),
    died,
  ]
}

/** It told fos1, saw it there, said so and saved that in memory. */
function switchedBy(mode: 0): Event[] {
  return [
    { is: 'read', relay: 'fos1', mode: 1, sampledAt: 0 },
    { is: 'wrote', relay: 'fos1', keyword: 'mode', value: String(mode) },
    { is: 'moved', relay: 'fos1', mode, by: 'http' },
    { is: 'read', relay: 'fos1', mode, sampledAt: 1 },
    switched,
    world => save(world, known, { fos1: { mode, sent: null } }),
  ]
}

/** The memory is empty, and the disk knows this of fos1. */
function booted(kept: KnownMode): Event {
  return world => {
    save(world, known, { fos1: kept })
    world.disk.put(files.state, world.disk.copied ?? '')
    world.disk.copied = null
    world.tell({ is: 'booted' })
  }
}

function switchedByHand(world: World): void {
  world.relay('fos1').hand(0)
}

function switched(world: World): void {
  world.tell({ is: 'line', severity: 'notice', text: 'switched fos1 to mode=0 (A--D)' })
}

function allRead(mode: 0 | 1): Event[] {
  return plainSite.devices.map(({ name }) => ({ is: 'read', relay: name, mode, sampledAt: 0 }))
}

function tripped(relay: string): Event {
  return { is: 'moved', relay, mode: 0, by: 'watchdog' }
}

function cut(party: string): Event {
  return world => void world.cutOff.add(party)
}

function heal(party: string): Event {
  return world => void world.cutOff.delete(party)
}

function driven(world: World): void {
  world.tell({ is: 'wrote', relay: 'fos1', keyword: 'mode', value: '1' })
}

function answered(world: World): void {
  world.tell({ is: 'probed', check: 'ping', outcome: 'answered' })
}

function showsSlave(): Partial<View> {
  const status = { role: 'slave', paused: null, next: 'nothing', relays: [] }
  return { state: known, status: () => status as unknown as Status }
}

function plainSettings(): View['settings'] {
  const { sections } = scanIni(Buffer.from(configText(plainSite)))
  return readSettings(sections, readBnfos(Buffer.from(bnfosText(plainSite))).devices).settings
}

function calmAfter(afterMs: number) {
  return { afterMs, calm: 'all' } as const
}
