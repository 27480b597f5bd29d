import type { Event } from './events.ts'
import { newHold } from './failback.ts'
import { isIsolated } from './isolation.ts'
import { arrivedText } from './moving.ts'
import { type CheckState, streakText } from './rise-fall.ts'
import type { Moment, Verdict } from './role.ts'
import type { Settings } from './settings.ts'
import type { State } from './state.ts'

/** What the history keeps besides decisions. */
export type Noted = 'check' | 'drift' | 'isolated' | 'held' | 'hook' | 'done' | 'reload' | 'start' | 'stop'

/** One thing that happened. */
export interface Note {
  readonly what: Noted
  readonly text: string
  /** The latest word of the master, of a hook or of a command of the site, which is not for everybody. */
  readonly detail?: string
  /** The one it happened to. */
  readonly relay?: string
}

/** One decision, seen from outside. */
interface Transition {
  readonly settings: Settings
  readonly before: State
  readonly event: Event
  readonly after: State
  readonly now: Moment
  /** As in `Situation`. */
  readonly windowOpensWall?: number | null
}

/** What of a decision is worth remembering although nothing was decided. */
export function notesOf(step: Transition): Note[] {
  return [
    ...checkNotes(step),
    ...isolationNotes(step),
    ...heldNotes(step),
    ...hookNotes(step),
    ...arrivalNotes(step),
  ]
}

/** A check that went down, came up again, or can't be made any more. What is up after a start is no news. */
function checkNotes({ event, before, after }: Transition): Note[] {
  if (event.kind !== 'probed') return []
  const was = before.checks[event.check]
  const is = after.checks[event.check]
  const verdict = was?.verdict ?? 'unknown'
  if (is === undefined || is.verdict === verdict) return []
  if (is.verdict === 'up' && verdict === 'unknown') return []
  const text = `${event.check} ${verdictTexts[is.verdict](is)}`
  return [{ what: 'check', text, detail: event.result.detail }]
}

const verdictTexts: Readonly<Record<Verdict, (state: CheckState) => string>> = {
  up: ({ streak }) => `is up after ${streakText(streak)}`,
  down: ({ streak }) => `is down after ${streakText(streak)}`,
  unknown: ({ inconclusive }) => `is unknown, ${inconclusive} tries could not be made`,
}

function isolationNotes({ event, before, after }: Transition): Note[] {
  if (!isIsolated(before) && isIsolated(after))
    return [{ what: 'isolated', text: 'no relay and no witness answers, nothing is switched' }]
  if (!isIsolated(before) || isIsolated(after)) return []
  const by = event.kind === 'isolationChecked' ? event.answering : null
  const answers = by ?? (event.kind === 'probed' ? 'the master' : null)
  return [{ what: 'isolated', text: answers === null ? 'over' : `over, ${answers} answers again` }]
}

function heldNotes({ settings, before, after, now, windowOpensWall = null }: Transition): Note[] {
  const hold = newHold(settings, before, after, now.mono)
  if (hold === undefined) return []
  const text = hold.text({ settings, state: after, now, windowOpensWall })
  if (hold.name !== 'ready') return [{ what: 'held', text }]
  const [waits = '', said] = text.split(/: (.*)/, 2)
  return [{ what: 'held', text: waits, ...(said !== undefined && { detail: said }) }]
}

function hookNotes({ event }: Transition): Note[] {
  if (event.kind !== 'hookEnded') return []
  const { hook, ok, detail } = event
  return [ok ? { what: 'hook', text: `${hook} succeeded` } : { what: 'hook', text: `${hook} failed`, detail }]
}

/** How far the relays were when a move was over, as `failover done: ` tells it. */
function arrivalNotes({ event, before: { move } }: Transition): Note[] {
  if (event.kind !== 'relaysTried' || move?.id !== event.move) return []
  const { tally } = event
  if (tally === undefined || move.stage !== 'driving' || move.event === 'called-off') return []
  return [{ what: 'done', text: arrivedText(tally) }]
}
