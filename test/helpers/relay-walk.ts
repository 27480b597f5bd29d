import { applyReading, begin, cutOff, unread, want, written } from '../../src/core/relay/convergence.ts'
import type { RelayLine } from '../../src/core/relay/relay-lines.ts'
import { failed, type Outcome, type RelayStep } from '../../src/core/relay/relay-outcome.ts'
import { type KnownMode, newRelay, type RelayState } from '../../src/core/relay/relay-state.ts'
import type { Mode, Watchdog } from '../../src/core/role.ts'

/** A relay, the device that it drives, and what an onlooker knows of both. */
export interface Place {
  readonly relay: RelayState
  readonly next: RelayStep
  readonly device: { readonly mode: Mode; readonly wdog: Watchdog }
  /** A mode that the device has taken and shows only later. */
  readonly late: Mode | null
  /** As last read, in this run or the one before; null: never. */
  readonly shown: Mode | null
  /** It was read in this run. */
  readonly heard: boolean
  /** The mode that was sent last; null once it was seen, or waited for in vain. A write that was cut off may count. */
  readonly sent: Mode | null
  /** It was not read since then. */
  readonly unread: boolean
  /** The other mode, which was sent before that one and since the last reading; null: none. */
  readonly older: Mode | null
  /** The other mode, sent before `sent` and read back in vain: a device that is late may take it still; null: none. */
  readonly overtaken: Mode | null
  /** Writes since the last pause, order or hand of another. */
  readonly written: number
}

/** What may happen to it. `while`: only when the next step is of this kind; null: whenever. */
interface Happening {
  readonly name: string
  readonly while: readonly RelayStep['kind'][] | null
  readonly happen: (place: Place) => {
    readonly place: Place
    readonly lines: readonly RelayLine[]
    readonly read?: true
  }
}

const mono = 1000
const timeout = { code: 'timeout', text: 'no answer in 3 s' }

/** As the relay loop does: an order makes a write that has not begun void, unless it asks for the same. */
const order = (wanted: Mode | null, moved: boolean): Happening => ({
  name: `order ${wanted}${moved ? ', a move' : ''}`,
  while: null,
  happen: place => {
    const { next } = place
    const relay = want(place.relay, wanted, moved, mono)
    if (next.kind === 'write' && next.keyword === 'mode' && next.mode === wanted)
      return { place: { ...place, relay, written: 0 }, lines: [] }
    const void_ = next.kind === 'write' && next.keyword === 'mode' ? cutOff(relay, false) : relay
    const outcome = begin(void_, mono)
    return { place: { ...place, ...taking(outcome), written: 0 }, lines: outcome.lines }
  },
})

/** The same while a write is on its way that has left: the device may take it. */
const cuttingOrder = (wanted: Mode | null, reaches: boolean): Happening => ({
  name: `order ${wanted} cuts a write off that ${reaches ? 'arrives' : 'is lost'}`,
  while: ['write'],
  happen: place => {
    const { next, device } = place
    if (next.kind !== 'write' || next.keyword !== 'mode' || next.mode === wanted) return { place, lines: [] }
    const outcome = begin(cutOff(want(place.relay, wanted, true, mono), true), mono)
    const taken = reaches ? { ...device, mode: next.mode } : device
    const to = {
      ...place,
      ...taking(outcome),
      device: taken,
      late: null,
      ...sending(place, next.mode),
      written: 0,
    }
    return { place: to, lines: outcome.lines }
  },
})

const hand = (mode: Mode): Happening => ({
  name: `somebody sets ${mode}`,
  while: null,
  happen: place => ({
    place: { ...place, device: { ...place.device, mode }, late: null, written: 0 },
    lines: [],
  }),
})

interface Way {
  /** The whole request leaves. */
  readonly leaves: boolean
  /** The device takes it · and shows it at once. */
  readonly reaches: boolean
  readonly shows: boolean
  /** What the device says; null: yes. */
  readonly answer: string | null
}

function write(name: string, how: Way): Happening {
  return {
    name: `write ${name}`,
    while: ['write'],
    happen: place => {
      const { next, relay, device } = place
      if (next.kind !== 'write') throw new Error('no write is due')
      const error = how.answer === null ? null : { code: how.answer, text: `no: ${how.answer}` }
      const isMode = next.keyword === 'mode'
      const outcome = isMode ? written(relay, { sent: how.leaves, error }) : watchdogOutcome(relay, error)
      const taken = how.reaches && (how.shows || !isMode)
      return {
        lines: outcome.lines,
        place: {
          ...place,
          ...taking(outcome),
          device: taken ? { ...device, [next.keyword]: next.mode } : device,
          late: how.reaches && !how.shows && isMode ? next.mode : place.late,
          ...(isMode && how.leaves ? sending(place, next.mode) : {}),
          written: outcome.next.kind === 'retry' ? 0 : place.written + 1,
        },
      }
    },
  }
}

function watchdogOutcome(relay: RelayState, error: typeof timeout | null): Outcome {
  return error ? failed(relay, error) : begin(relay, mono)
}

function read(name: string, showsWatchdog: boolean): Happening {
  return {
    name,
    while: ['read'],
    happen: place => {
      const { mode, wdog } = place.device
      const reading = { mode, wdog: showsWatchdog ? wdog : null }
      const outcome = applyReading(place.relay, { mono, wall: mono }, reading)
      return {
        read: true,
        lines: outcome.lines,
        place: {
          ...place,
          ...taking(outcome),
          shown: mode,
          heard: true,
          ...seenAfter(place, mode, outcome.next),
          ...{ unread: false, older: null },
          written: outcome.next.kind === 'rest' || outcome.next.kind === 'retry' ? 0 : place.written,
        },
      }
    },
  }
}

function sending({ sent, unread, older, overtaken }: Place, mode: Mode) {
  const other = sent !== mode ? sent : null
  return {
    sent: mode,
    unread: true,
    older: unread && other !== null ? other : older,
    overtaken: other ?? (overtaken === mode ? null : overtaken),
  }
}

function seenAfter({ shown, sent, older, overtaken, relay }: Place, mode: Mode, next: RelayStep) {
  const seenNow = (shown !== mode || older !== null) && sent === mode
  const inVain = mode === relay.wanted && next.kind !== 'read'
  const isLate = shown !== mode && (overtaken === mode || older === mode)
  return {
    sent: seenNow || inVain ? null : sent,
    overtaken: seenNow || inVain || isLate ? null : overtaken,
  }
}

const taking = ({ relay, next }: Outcome) => ({ relay, next })

const always = { while: null }

const readFails: Happening = {
  name: 'read fails',
  while: ['read'],
  happen: place => {
    const outcome = unread(place.relay, mono, timeout)
    return { place: { ...place, ...taking(outcome), written: 0 }, lines: outcome.lines }
  },
}

const readIsClosed: Happening = {
  name: 'read is closed without an answer',
  while: ['read'],
  happen: place => {
    const outcome = unread(place.relay, mono, { code: 'unreachable', text: 'closed' })
    const written = outcome.next.kind === 'retry' ? 0 : place.written
    return { place: { ...place, ...taking(outcome), written }, lines: outcome.lines }
  },
}

const pauseOver: Happening = {
  name: 'the pause is over',
  while: ['rest', 'retry'],
  happen: place => {
    const outcome = begin(place.relay, mono)
    return { place: { ...place, ...taking(outcome), written: 0 }, lines: outcome.lines }
  },
}

/** Everything that has to do with the mode. */
const modeHappenings: readonly Happening[] = [
  ...[0, 1, null].flatMap(mode => [order(mode as Mode | null, true), order(mode as Mode | null, false)]),
  ...[0, 1, null].flatMap(mode => [
    cuttingOrder(mode as Mode | null, true),
    cuttingOrder(mode as Mode | null, false),
  ]),
  hand(0),
  hand(1),
  {
    ...{ name: 'the device shows what it took', ...always },
    happen: place => ({
      place: {
        ...place,
        device: { ...place.device, mode: place.late ?? place.device.mode },
        late: null,
        written: 0,
      },
      lines: [],
    }),
  },
  write('works', { leaves: true, reaches: true, shows: true, answer: null }),
  write('is taken late', { leaves: true, reaches: true, shows: false, answer: null }),
  write('is passed over', { leaves: true, reaches: false, shows: false, answer: null }),
  write('is taken, its answer lost', { leaves: true, reaches: true, shows: true, answer: 'timeout' }),
  write('is lost', { leaves: true, reaches: false, shows: false, answer: 'timeout' }),
  write('is refused', { leaves: true, reaches: false, shows: false, answer: 'login' }),
  write('never leaves', { leaves: false, reaches: false, shows: false, answer: 'timeout' }),
  read('read', true),
  readFails,
  readIsClosed,
  pauseOver,
  {
    name: 'the wait before a repair is over',
    while: ['rest'],
    happen: place => ({
      place: { ...place, relay: { ...place.relay, repairAt: place.relay.repairAt && mono } },
      lines: [],
    }),
  },
]

/** Everything that has to do with the watchdog, on the way to a mode that nothing keeps it from. */
const watchdogHappenings: readonly Happening[] = [
  order(0, true),
  order(1, false),
  order(null, false),
  hand(0),
  {
    ...{ name: 'the watchdog is turned on', ...always },
    happen: place => ({ place: { ...place, device: { ...place.device, wdog: 1 }, written: 0 }, lines: [] }),
  },
  {
    ...{ name: 'the watchdog trips', ...always },
    happen: place => ({ place: { ...place, device: { ...place.device, wdog: 2 }, written: 0 }, lines: [] }),
  },
  write('works', { leaves: true, reaches: true, shows: true, answer: null }),
  write('is passed over', { leaves: true, reaches: false, shows: false, answer: null }),
  write('is taken, its answer lost', { leaves: true, reaches: true, shows: true, answer: 'timeout' }),
  write('is refused', { leaves: true, reaches: false, shows: false, answer: 'login' }),
  read('read', true),
  read('read, no watchdog shown', false),
  readFails,
  pauseOver,
]

/** One step of the walk. */
export interface Met {
  readonly from: Place
  readonly what: string
  readonly to: Place
  readonly lines: readonly RelayLine[]
  readonly read: boolean
}

/** What the relay does next depends on little more than this; counts and times stand for themselves. */
function keyOf({ relay, next, device, late, sent, unread, older, heard }: Place): string {
  const {
    failures,
    saidCodes,
    drifts,
    actualWall,
    rightSince,
    delayedRepairs,
    error,
    writeError,
    ...others
  } = relay
  const { lapses, goodReadings, switchingSince, ...rest } = others
  const sentBefore = next.kind === 'write' ? relay.sentBefore : null
  const codes = [error?.code ?? null, writeError?.code ?? null]
  const told = [{ ...rest, sentBefore }, failures > 0, saidCodes.length > 0, delayedRepairs > 0, codes]
  return JSON.stringify([
    told,
    next.kind === 'rest' ? 'rest' : next,
    device,
    late,
    sent,
    unread,
    older,
    heard,
  ])
}

/**
 * Every state meets everything that can happen, until nothing new comes up or `visit` returns false; once with all that
 * concerns the mode, once with all that concerns the watchdog. Returns how many states there are.
 */
export function walkRelay(visit: (met: Met) => boolean): number {
  return walk(modeHappenings, visit) + walk(watchdogHappenings, visit)
}

function walk(happenings: readonly Happening[], visit: (met: Met) => boolean): number {
  let edge: readonly Place[] = starts()
  const known = new Set(edge.map(keyOf))
  while (edge.length > 0) {
    const next: Place[] = []
    for (const from of edge)
      for (const { name, while: kinds, happen } of happenings) {
        if (kinds !== null && !kinds.includes(from.next.kind)) continue
        const { place: to, lines, read: isRead = false } = happen(from)
        if (!visit({ from, what: name, to, lines, read: isRead })) return known.size
        const key = keyOf(to)
        if (known.has(key)) continue
        if (known.size > 200_000) throw new Error('something grows without bound')
        known.add(key)
        next.push(to)
      }
    edge = next
  }
  return known.size
}

/** A first start, and starts after a run that was killed before and after it read what became of what it had sent. */
function starts(): Place[] {
  const memories: readonly (KnownMode | null)[] = [
    ...([null, { mode: 1, sent: null }, { mode: 1, sent: 0 }, { mode: 0, sent: 1 }] as const),
    ...([
      { mode: 1, sent: 0, read: true },
      { mode: 0, sent: 1, read: true },
    ] as const),
  ]
  return memories.flatMap(known =>
    ([0, 1] as const).map(mode => ({
      relay: newRelay('fos1', known),
      next: { kind: 'read', afterMs: 0 } as const,
      device: { mode, wdog: 0 as const },
      late: null,
      shown: known?.mode ?? null,
      heard: false,
      sent: known?.sent ?? null,
      ...{ unread: (known?.sent ?? null) !== null && !known?.read, older: null, overtaken: null },
      written: 0,
    })),
  )
}
