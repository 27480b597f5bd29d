import type { ProbeResult } from '../core/role.ts'
import { stopReason } from '../net/deadline.ts'
import { codeOf, networkError } from '../net/error-texts.ts'
import { firstLine, msText } from '../net/printable.ts'
import type { Clock } from '../system/clock.ts'

export type Outcome = ProbeResult['outcome']

/** One probe under way: it holds the deadline, the first decision, and what must be cleared away. */
export interface Attempt {
  readonly clock: Clock
  /** Aborts when the attempt is over, whichever way. */
  readonly signal: AbortSignal
  /** Milliseconds until the deadline, at least 0. */
  remainingMs(): number
  /** Says what running out of time means from now on; null: the master gave no answer (`failed`). */
  blameDeadlineOn(detail: string | null): void
  /** Fixes the result; only the first call counts. The attempt goes on until `end` or the deadline. `ms`: measured better. */
  decide(outcome: Outcome, detail: string, ms?: number): void
  /** Decides and ends. */
  settle(outcome: Outcome, detail: string, ms?: number): void
  /** Settles with what an error means. `local`: it came from our own kernel, nothing had left this node yet. */
  settleError(error: unknown, local?: boolean): void
  /** Ends at the latest `ms` from now. For use after `decide`. */
  endWithin(ms: number): void
  end(): void
  /** Runs `clear` when the attempt ends, or at once when it is over. Must not throw. */
  atEnd(clear: () => void): void
}

/**
 * A deadline timer so much later than its time (or one whole timeout, if that is more) means that this process did
 * not run: nothing is known of the master then.
 */
const stalledAfterMs = 250

/** Whether a timer that fired `lateMs` late shows that this process was stalled rather than busy for a moment. */
export function wasStalled(lateMs: number, timeoutMs: number): boolean {
  return lateMs > Math.max(stalledAfterMs, timeoutMs)
}

/** Runs `ask` under a deadline. Resolves once all is cleared away; never rejects. */
export function attempt(
  clock: Clock,
  timeoutMs: number,
  signal: AbortSignal,
  ask: (attempt: Attempt) => void | Promise<void>,
): Promise<ProbeResult> {
  return new Promise(resolve => {
    const running = startAttempt(clock, timeoutMs, resolve)
    const stop = () => running.settle('inconclusive', 'stopped before an answer came')
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop, { once: true })
    running.atEnd(() => signal.removeEventListener('abort', stop))
    void askSafely(running, ask)
  })
}

/** Runs `ask`; what it throws settles the attempt. */
export async function askSafely(
  running: Attempt,
  ask: (attempt: Attempt) => void | Promise<void>,
): Promise<void> {
  try {
    await ask(running)
  } catch (error) {
    running.settleError(error)
  }
}

function startAttempt(clock: Clock, timeoutMs: number, report: (result: ProbeResult) => void): Attempt {
  const startedAt = clock.mono()
  const { signal, atEnd, clear } = createClearing()
  let decision: ProbeResult | null = null
  let excuse: string | null = null

  const decide = (outcome: Outcome, detail: string, ms = clock.mono() - startedAt) => {
    decision ??= { outcome, ms, detail: firstLine(detail) }
  }
  const end = () => {
    if (signal.aborted || decision === null) return
    clear()
    report(decision)
  }
  const ending = waysToEnd({ clock, decide, end, atEnd })
  const giveUp = () => {
    if (signal.aborted) return
    const { outcome, detail } = judgeDeadline(clock.mono() - startedAt - timeoutMs, timeoutMs, excuse)
    ending.settle(outcome, detail)
  }
  // Timers run before sockets are read: setImmediate lets an answer that already lies in the kernel be seen first.
  const timer = clock.after(timeoutMs, () => void setImmediate(giveUp))
  atEnd(() => timer.cancel())

  return {
    clock,
    signal,
    remainingMs: () => Math.max(0, startedAt + timeoutMs - clock.mono()),
    blameDeadlineOn: detail => {
      excuse = detail
    },
    ...{ decide, end, atEnd },
    ...ending,
  }
}

/**
 * One of several ways to the same answer, within the deadline of `whole` and over when that is. An answer decides the
 * whole attempt and ends it; anything else ends the part alone. `onDecision` is called once, after that.
 */
export function partOf(whole: Attempt, onDecision: (outcome: Outcome, detail: string) => void): Attempt {
  const { signal, atEnd, clear } = createClearing()
  let decided: Outcome | null = null

  const end = () => {
    if (signal.aborted || decided === null) return
    clear()
    if (decided === 'answered') whole.end()
  }
  const decide = (outcome: Outcome, detail: string, ms?: number) => {
    if (decided !== null || signal.aborted) return
    decided = outcome
    if (outcome === 'answered') whole.decide(outcome, detail, ms)
    onDecision(outcome, detail)
  }
  whole.atEnd(clear)
  const deciding = { decide, end, atEnd }
  return { ...whole, signal, ...deciding, ...waysToEnd({ clock: whole.clock, ...deciding }) }
}

/** What has to be cleared away, once. */
function createClearing() {
  const over = new AbortController()
  const clears: (() => void)[] = []
  return {
    signal: over.signal,
    atEnd: (clear: () => void) => (over.signal.aborted ? clear() : void clears.push(clear)),
    clear() {
      over.abort(stopReason)
      for (const clear of clears.splice(0)) clear()
    },
  }
}

function waysToEnd({
  clock,
  decide,
  end,
  atEnd,
}: Pick<Attempt, 'clock' | 'decide' | 'end' | 'atEnd'>): Pick<
  Attempt,
  'settle' | 'settleError' | 'endWithin'
> {
  const settle: Attempt['settle'] = (outcome, detail, ms) => {
    decide(outcome, detail, ms)
    end()
  }
  return {
    settle,
    settleError(error, local = false) {
      const { outcome, detail } = judgeError(error, local)
      settle(outcome, detail)
    },
    endWithin(ms) {
      const linger = clock.after(ms, end)
      atEnd(() => linger.cancel())
    },
  }
}

/** What it means that the deadline came first. `excuse`: what of this node is to blame; null: nothing. */
function judgeDeadline(lateMs: number, timeoutMs: number, excuse: string | null): Judgement {
  if (wasStalled(lateMs, timeoutMs))
    return { outcome: 'inconclusive', detail: `this process was stalled for ${msText(lateMs)}` }
  if (excuse !== null) return { outcome: 'inconclusive', detail: excuse }
  return { outcome: 'failed', detail: `no answer in ${msText(timeoutMs)}` }
}

interface Judgement {
  readonly outcome: ProbeResult['outcome']
  readonly detail: string
}

/**
 * What an error means. `local`: our own kernel refused before anything was sent, so that "network is unreachable"
 * speaks of this node; later it was a router that said so. Unknown errors are the master's.
 */
export function judgeError(error: unknown, local: boolean): Judgement {
  const code = codeOf(error)
  const known = networkError(code)
  if (known === null) return { outcome: 'failed', detail: firstLine(textOf(error)) || 'unknown error' }
  if (code === 'ENETUNREACH' && local) return { outcome: 'inconclusive', detail: 'no route from this node' }
  return { outcome: known.side === 'peer' ? 'failed' : 'inconclusive', detail: known.text }
}

/** Whether it is an error of the network or of this node, which `judgeError` knows by its code. */
export function isKnownError(error: unknown): boolean {
  return networkError(codeOf(error)) !== null
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
