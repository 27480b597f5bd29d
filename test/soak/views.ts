import type { Role } from '../../src/core/role.ts'
import type { StoredState } from '../../src/core/stored-state.ts'
import type { Happening } from './record.ts'
import { isIn, meets, of, overlapMs, type Scene, type Span, spansOf } from './scene.ts'

/** What follows from the record alone: when what was so. */

/** A saved word of an operator is on disk by then; also what a line takes to be written. */
export const savedMs = 300
/** How long the daemon waits before it tries an absent collector again, and a little. */
const collectorAgainMs = 1500

export function stalls(scene: Scene): Span[] {
  return spansOf(
    scene.happenings,
    ({ kind }) => kind === 'stalled',
    ({ kind }) => kind === 'continued' || kind === 'ended',
  )
}

/** The time in between that the daemon had. */
export function runningMs(scene: Scene, span: Span): number {
  return span.to - span.from - overlapMs(span, stalls(scene))
}

/** Until the daemon has saved again: it tries each 5 s (src/system/saved-file.ts), unless it stands still. */
export function diskTroubles(scene: Scene): Span[] {
  const troubles = spansOf(
    scene.happenings,
    h => h.kind === 'disk' && !h.sound,
    h => h.kind === 'disk' && h.sound,
  )
  return troubles.map(({ from, to }) => ({ from, to: triedAgain(scene, to, 5000 + savedMs) }))
}

/** When the daemon has tried again what it tries so often, unless it stands still. */
function triedAgain(scene: Scene, from: number, afterMs: number): number {
  const to = from + afterMs
  return to + overlapMs({ from, to: to + 10_000 }, stalls(scene))
}

/** Lines written then may come late; they are lost when the daemon is killed meanwhile. */
export function collectorGaps(scene: Scene): Span[] {
  const gaps = spansOf(
    scene.happenings,
    h => h.kind === 'collector' && !h.up,
    h => h.kind === 'collector' && h.up,
  )
  // What was in the socket's queue when it went is lost too.
  return gaps.map(({ from, to }) => ({ from: from - savedMs, to: triedAgain(scene, to, collectorAgainMs) }))
}

/** When lines may be missing in the log: none is to be held against the daemon that only a line could explain. */
function blindSpans(scene: Scene): Span[] {
  const kills = of(scene, 'ended')
  const queues = collectorGaps(scene).map(({ from }) => ({ from, to: from + 2 * savedMs }))
  const killed = collectorGaps(scene).flatMap(gap =>
    kills.filter(({ at }) => isIn(gap, at)).map(({ at }) => ({ from: gap.from, to: at })),
  )
  // A kill loses the lines of its last moment.
  const last = kills.map(({ at }) => ({ from: at - 50, to: at }))
  return [...queues, ...killed, ...last].sort((a, b) => a.from - b.from)
}

/** Between which moments a line was written: within its second, and within the life of its daemon. */
export function said(scene: Scene, { at, second, pid }: Happening<'line'>): Span {
  const prompt = at - second < 1100 && !collectorGaps(scene).some(gap => isIn(gap, at))
  const span = prompt ? { from: at - 100, to: at } : { from: second - 1, to: Math.min(at, second + 1000) }
  const [started, ended] = [of(scene, 'started'), of(scene, 'ended')].map(
    list => list.find(h => h.pid === pid)?.at,
  )
  return { from: Math.max(span.from, started ?? span.from), to: Math.min(span.to, ended ?? span.to) }
}

export function starved(scene: Scene, span: Span): boolean {
  return of(scene, 'starved').some(({ at, ms }) => meets(span, { from: at - ms, to: at }))
}

export interface OrderedSpan extends Span {
  readonly role: Role | null
}

/** From the daemon's word that it is paused to whatever may end it. */
export function pauses(scene: Scene): OrderedSpan[] {
  return orderedSpans(scene, {
    begins: h => h.order === 'pause',
    ends: h => h.order === 'resume' || (h.order === 'force' && h.role !== 'auto'),
    stored: policy => policy.pause !== null,
  })
}

export function overrides(scene: Scene): OrderedSpan[] {
  return orderedSpans(scene, {
    begins: h => h.order === 'force' && h.role !== 'auto',
    ends: h => h.order === 'resume' || h.order === 'force',
    stored: policy => policy.override !== null,
  })
}

interface OrderRules {
  readonly begins: (order: Happening<'order'>) => boolean
  readonly ends: (order: Happening<'order'>) => boolean
  readonly stored: (policy: StoredState) => boolean
}

function orderedSpans(scene: Scene, rules: OrderRules): OrderedSpan[] {
  const spans: OrderedSpan[] = []
  let open: OrderedSpan | null = null
  let killedAt = Number.POSITIVE_INFINITY
  const close = (at: number) => {
    if (open && Math.min(at, open.to) > open.from) spans.push({ ...open, to: Math.min(at, open.to) })
    open = null
  }
  for (const h of of(scene, 'order', 'ended', 'started')) {
    if (h.kind === 'ended') killedAt = h.at
    else if (h.kind === 'started') {
      if (!(h.stored && rules.stored(h.stored))) close(killedAt)
    } else {
      if (rules.ends(h)) close(h.at)
      if (rules.begins(h) && h.ok && h.answeredAt !== null) {
        close(h.at)
        const to = h.forMs === null ? Number.POSITIVE_INFINITY : h.at + h.forMs
        open = { from: h.answeredAt, to, role: h.role === 'auto' ? null : h.role }
      }
    }
  }
  close(Number.POSITIVE_INFINITY)
  return spans
}

/** The role may have been this one from `from` on; after `to` of the next it no longer is. null: not known. */
interface RoleStep {
  readonly role: Role | null
  readonly from: number
  readonly to: number
}

const decision = /^(failover|failback|forced|called off|adopted): lines (?:to|stay at|at) the (master|slave)/

/** Which role a line decides on; null: it is no decision. */
export function decidedRole(text: string): { what: string; role: Role } | null {
  const [, what, role] = decision.exec(text) ?? []
  return what && role ? { what, role: role as Role } : null
}

export function roleSteps(scene: Scene): RoleStep[] {
  const steps: RoleStep[] = [{ role: null, from: Number.NEGATIVE_INFINITY, to: Number.NEGATIVE_INFINITY }]
  let latest = Number.NEGATIVE_INFINITY
  for (const h of of(scene, 'started', 'line')) {
    const decided = h.kind === 'line' ? decidedRole(h.text) : null
    if (h.kind === 'started')
      steps.push({ role: h.stored && !h.stored.adopting ? h.stored.role : null, from: h.at, to: h.at })
    else if (decided) {
      const { from, to } = said(scene, h)
      // Lines come in the order in which they were written: a later one was decided no sooner.
      latest = Math.max(latest, to)
      steps.push({ role: decided.role, from, to: latest })
    }
  }
  for (const { from, to } of blindSpans(scene)) steps.push({ role: null, from, to })
  return withAsked(
    scene,
    steps.sort((a, b) => a.to - b.to),
  )
}

/** Phases in which a role that is not stored may not have been taken from the relays yet. */
const undecided = ['starting', 'unconfigured', 'passive', 'paused']

/**
 * `status` tells the role where nothing else does, unless a decision was made while it was asked, or the role is yet
 * to be taken from the relays.
 */
function withAsked(scene: Scene, steps: readonly RoleStep[]): RoleStep[] {
  const settled = of(scene, 'status').filter(({ phase }) => !undecided.includes(phase))
  const asked = settled.map(({ at, answeredAt, role }) => ({ role, from: at, to: answeredAt }))
  const useful = asked.filter(span => {
    const decidedMeanwhile = steps.some(step => step.role && meets(step, span))
    const before = steps.findLast(step => step.to <= span.to)
    return !decidedMeanwhile && before?.role === null
  })
  return [...steps, ...useful].sort((a, b) => a.to - b.to)
}
