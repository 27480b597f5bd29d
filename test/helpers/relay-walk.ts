import {
  failed,
  type Line,
  newRelay,
  type Outcome,
  type RelayState,
  type Step,
  seen,
  want,
  written,
} from '../../src/core/convergence.ts'
import type { Mode, Watchdog } from '../../src/core/role.ts'

/** A relay, the device that it drives, and what an onlooker knows of both. */
export interface Place {
  readonly relay: RelayState
  readonly next: Step
  readonly device: { readonly mode: Mode; readonly wdog: Watchdog }
  /** A mode that the device has taken and shows only later. */
  readonly late: Mode | null
  /** As last read, in this run or the one before; null: never. */
  readonly shown: Mode | null
  /** It was read in this run. */
  readonly heard: boolean
  /** The mode that was sent last; null once it was seen, or waited for in vain. A write that was cut off may count. */
  readonly sent: Mode | null
  /** Writes since the last pause, order or hand of another. */
  readonly written: number
}

/** What may happen to it. `writes`: only when the next step is a write, else only when it is not. */
interface Happening {
  readonly name: string
  readonly writes?: boolean
  readonly happen: (place: Place) => {
    readonly place: Place
    readonly lines: readonly Line[]
    readonly read?: true
  }
}

const mono = 1000
const timeout = { code: 'timeout', text: 'no answer in 3 s' }

const order = (wanted: Mode | null, moved: boolean): Happening => ({
  name: `order ${wanted}${moved ? ', a move' : ''}`,
  happen: place => ({
    // As the relay loop does: an order wakes it, and makes a write that has not begun void.
    place: {
      ...place,
      relay: want(place.relay, wanted, moved, mono),
      next: { kind: 'read', afterMs: 0 },
      written: 0,
    },
    lines: [],
  }),
})

const hand = (mode: Mode): Happening => ({
  name: `somebody sets ${mode}`,
  happen: place => ({
    place: { ...place, device: { ...place.device, mode }, late: null, written: 0 },
    lines: [],
  }),
})

/** `reaches`: the device takes it · `shows`: and shows it at once · `answers`: and says so. */
function write(name: string, how: { reaches: boolean; shows: boolean; answers: boolean }): Happening {
  return {
    name: `write ${name}`,
    writes: true,
    happen: place => {
      const { next, relay, device } = place
      if (next.kind !== 'write') throw new Error('no write is due')
      const outcome = how.answers ? written(relay) : failed(relay, timeout)
      const taken = how.reaches && (how.shows || next.keyword === 'wdog')
      const isMode = next.keyword === 'mode'
      return {
        lines: outcome.lines,
        place: {
          ...place,
          ...taking(outcome),
          device: taken ? { ...device, [next.keyword]: next.mode } : device,
          late: how.reaches && !how.shows && isMode ? next.mode : place.late,
          written: outcome.next.kind === 'retry' ? 0 : place.written + 1,
        },
      }
    },
  }
}

function read(name: string, showsWatchdog: boolean): Happening {
  return {
    name,
    writes: false,
    happen: place => {
      const { mode, wdog } = place.device
      const reading = { mode, wdog: showsWatchdog ? wdog : null }
      const outcome = seen(place.relay, { mono, wall: mono }, reading)
      return {
        read: true,
        lines: outcome.lines,
        place: {
          ...place,
          ...taking(outcome),
          shown: mode,
          heard: true,
          sent: sentAfter(place, mode, outcome.next),
          written: outcome.next.kind === 'rest' || outcome.next.kind === 'retry' ? 0 : place.written,
        },
      }
    },
  }
}

function sentAfter({ shown, sent, relay }: Place, mode: Mode, next: Step): Mode | null {
  if (next.kind === 'write' && next.keyword === 'mode') return next.mode
  const seenNow = shown !== null && shown !== mode && sent === mode
  const inVain = mode === relay.wanted && next.kind !== 'read'
  return seenNow || inVain ? null : sent
}

const taking = ({ relay, next }: Outcome) => ({ relay, next })

const happenings: readonly Happening[] = [
  ...[0, 1, null].flatMap(mode => [order(mode as Mode | null, true), order(mode as Mode | null, false)]),
  hand(0),
  hand(1),
  {
    name: 'the device shows what it took',
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
  {
    name: 'the watchdog is turned on',
    happen: place => ({ place: { ...place, device: { ...place.device, wdog: 1 }, written: 0 }, lines: [] }),
  },
  {
    name: 'the watchdog trips',
    happen: place => ({ place: { ...place, device: { ...place.device, wdog: 2 }, written: 0 }, lines: [] }),
  },
  write('works', { reaches: true, shows: true, answers: true }),
  write('is taken late', { reaches: true, shows: false, answers: true }),
  write('is passed over', { reaches: false, shows: false, answers: true }),
  write('is taken, its answer lost', { reaches: true, shows: true, answers: false }),
  write('is lost', { reaches: false, shows: false, answers: false }),
  read('read', true),
  read('read, no watchdog shown', false),
  {
    name: 'read fails',
    writes: false,
    happen: place => {
      const outcome = failed(place.relay, timeout)
      return { place: { ...place, ...taking(outcome), written: 0 }, lines: outcome.lines }
    },
  },
]

/** One step of the walk. */
export interface Met {
  readonly from: Place
  readonly what: string
  readonly to: Place
  readonly lines: readonly Line[]
  readonly read: boolean
}

/** What the relay does next depends on little more than this; counts and times stand for themselves. */
function keyOf({ relay, next, device, late, sent, heard }: Place): string {
  const { failures, saidCodes, drifts: times, actualWall, ...told } = relay
  return JSON.stringify([told, failures > 0, saidCodes.length, next, device, late, sent, heard])
}

/**
 * Every state meets everything that can happen, until nothing new comes up or `visit` returns false. Returns how many
 * states there are.
 */
export function walkRelay(visit: (met: Met) => boolean): number {
  let edge: readonly Place[] = starts()
  const known = new Set(edge.map(keyOf))
  while (edge.length > 0) {
    const next: Place[] = []
    for (const from of edge)
      for (const { name, writes, happen } of happenings) {
        if (writes !== undefined && writes !== (from.next.kind === 'write')) continue
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

/** A first start, and starts after a run that was killed before and after it saw what it had sent. */
function starts(): Place[] {
  const memories = [null, { mode: 1, sent: null }, { mode: 1, sent: 0 }, { mode: 0, sent: 1 }] as const
  return memories.flatMap(known =>
    ([0, 1] as const).map(mode => ({
      relay: newRelay('fos1', known),
      next: { kind: 'read', afterMs: 0 } as const,
      device: { mode, wdog: 0 as const },
      late: null,
      shown: known?.mode ?? null,
      heard: false,
      sent: known?.sent ?? null,
      written: 0,
    })),
  )
}
