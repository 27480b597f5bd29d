import type { ProbeResult } from '../core/role.ts'
import type { Clock } from '../system/clock.ts'
import { type Judgement, judgeError } from './judge-error.ts'
import { firstLine, spokenMs } from './spoken.ts'

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

async function askSafely(running: Attempt, ask: (attempt: Attempt) => void | Promise<void>): Promise<void> {
  try {
    await ask(running)
  } catch (error) {
    running.settleError(error)
  }
}

function startAttempt(clock: Clock, timeoutMs: number, report: (result: ProbeResult) => void): Attempt {
  const startedAt = clock.mono()
  const over = new AbortController()
  const clears: (() => void)[] = []
  let decision: ProbeResult | null = null
  let excuse: string | null = null

  const decide = (outcome: Outcome, detail: string, ms = clock.mono() - startedAt) => {
    decision ??= { outcome, ms, detail: firstLine(detail) }
  }
  const end = () => {
    if (over.signal.aborted || decision === null) return
    over.abort()
    for (const clear of clears.splice(0)) clear()
    report(decision)
  }
  const settle = (outcome: Outcome, detail: string, ms?: number) => {
    decide(outcome, detail, ms)
    end()
  }
  const giveUp = () => {
    if (over.signal.aborted) return
    const { outcome, detail } = judgeDeadline(clock.mono() - startedAt - timeoutMs, timeoutMs, excuse)
    settle(outcome, detail)
  }
  const atEnd = (clear: () => void) => (over.signal.aborted ? clear() : void clears.push(clear))
  // Timers run before sockets are read: setImmediate lets an answer that already lies in the kernel be seen first.
  const timer = clock.after(timeoutMs, () => void setImmediate(giveUp))
  atEnd(() => timer.cancel())

  return {
    clock,
    signal: over.signal,
    remainingMs: () => Math.max(0, startedAt + timeoutMs - clock.mono()),
    blameDeadlineOn: detail => {
      excuse = detail
    },
    decide,
    settle,
    settleError: (error, local = false) => {
      const { outcome, detail } = judgeError(error, local)
      settle(outcome, detail)
    },
    endWithin: ms => {
      const linger = clock.after(ms, end)
      atEnd(() => linger.cancel())
    },
    end,
    atEnd,
  }
}

/** What it means that the deadline came first. `excuse`: what of this node is to blame; null: nothing. */
function judgeDeadline(lateMs: number, timeoutMs: number, excuse: string | null): Judgement {
  if (wasStalled(lateMs, timeoutMs))
    return { outcome: 'inconclusive', detail: `this process was stalled for ${spokenMs(lateMs)}` }
  if (excuse !== null) return { outcome: 'inconclusive', detail: excuse }
  return { outcome: 'failed', detail: `no answer in ${spokenMs(timeoutMs)}` }
}
