import { isIP } from 'node:net'
import type { ProbeResult } from '../core/role.ts'
import type { PingCheck } from '../core/settings.ts'
import { type Resolve, resolve } from '../net/resolve.ts'
import type { Clock } from '../system/clock.ts'
import { firstToAnswer } from './ping.ts'
import { pingAtPace } from './ping-pace.ts'
import type { ProbeStream } from './probe.ts'

/** Pause before a ping that died is started anew, doubled up to the second while it keeps dying. */
const firstPauseMs = 1000
const longestPauseMs = 10_000
/** A name is looked up again so often; a changed address restarts ping. */
const lookUpEveryMs = 60_000
const lookUpTimeoutMs = 5000

/** One `ping -n -O` kept running, restarted when it dies: costs nothing a probe. */
export const pingStream: ProbeStream<PingCheck> = pingStreamWith(resolve)

/** `pingStream` with a resolver of one's own. */
export function pingStreamWith(find: Resolve): ProbeStream<PingCheck> {
  return (check, clock, report) => {
    const stopping = new AbortController()
    const { signal } = stopping
    // After the stop nobody wants to hear.
    const reportUntilStopped = (result: ProbeResult) => void (signal.aborted || report(result))
    const run = { check, clock, find, signal, report: reportUntilStopped }
    const done = supervise({ ...run, nextReportAtMs: 0, address: null })
    return {
      async stop() {
        stopping.abort()
        await done
      },
    }
  }
}

interface Run {
  readonly check: PingCheck
  readonly clock: Clock
  readonly find: Resolve
  readonly signal: AbortSignal
  readonly report: (result: ProbeResult) => void
  /** When it is to be reported again that no ping runs: once an interval, however often it dies. */
  nextReportAtMs: number
  /** Which of the host's addresses to ping for as long as it has this one; null: the first. */
  address: string | null
}

/** Why no ping runs, and what that says of the host. */
type WhyNoPing = Pick<ProbeResult, 'outcome' | 'detail'>

async function supervise(run: Run): Promise<void> {
  let pauseMs = firstPauseMs
  while (!run.signal.aborted) {
    const startedAtMs = run.clock.mono()
    const why = await findAndPing(run)
    if (why === null) continue
    if (run.clock.mono() - startedAtMs >= longestPauseMs) pauseMs = firstPauseMs
    // What counts against the host has to be seen anew each time.
    await pauseReporting(run, why.outcome === 'failed' ? run.check.intervalMs : pauseMs, why)
    pauseMs = why.outcome === 'failed' ? firstPauseMs : Math.min(pauseMs * 2, longestPauseMs)
  }
}

/** Pauses, and says once an interval why there is nothing to report. */
async function pauseReporting(run: Run, pauseMs: number, why: WhyNoPing): Promise<void> {
  const { check, clock, signal } = run
  const untilMs = clock.mono() + pauseMs
  for (let nowMs = clock.mono(); nowMs < untilMs && !signal.aborted; nowMs = clock.mono()) {
    if (nowMs >= run.nextReportAtMs) {
      run.report({ ...why, ms: 0 })
      run.nextReportAtMs = nowMs + check.intervalMs
    }
    await clock.sleep(Math.min(untilMs, run.nextReportAtMs) - nowMs, signal)
  }
}

/** Runs one ping to its end. Why it ended; null: it was to be restarted at once, or stopped. */
async function findAndPing(run: Run): Promise<WhyNoPing | null> {
  const found = await run.find(run.check.host, lookUpTimeoutMs, run.clock, run.signal)
  if (run.signal.aborted) return null
  if (!found.ok) return { outcome: 'inconclusive', detail: found.detail }
  const known = found.value.find(({ address }) => address === run.address) ?? found.value[0]
  run.address = known.address
  return pingUntilEnd(run, known.address)
}

async function pingUntilEnd(run: Run, address: string): Promise<WhyNoPing | null> {
  const { check, signal } = run
  const over = new AbortController()
  let lookUpNow = () => {}
  let hasFailed = false
  const report = (result: ProbeResult) => {
    run.report(result)
    if (result.outcome !== 'failed') return
    hasFailed = true
    lookUpNow()
  }
  const pinging = pingAtPace(check, run.clock, address, report)
  const stop = () => pinging.kill()
  signal.addEventListener('abort', stop, { once: true })
  const addressChanged = isIP(check.host)
    ? Promise.resolve(false)
    : hasMoved(run, address, over.signal, wake => (lookUpNow = wake))
  void addressChanged.then(yes => yes && stop())
  const { cause, outcome, hung } = await pinging.ended
  over.abort()
  signal.removeEventListener('abort', stop)
  // Never two failures within an interval, even of a name that has another address each time.
  if (hasFailed && (await addressChanged)) await run.clock.sleep(check.intervalMs, signal)
  if (signal.aborted || (await addressChanged)) return null
  return hung === null ? { outcome, detail: cause } : { outcome: 'inconclusive', detail: hung }
}

/**
 * Waits until another address is to be pinged (true) or the signal aborts (false): the name does not have this one any
 * more, or this one failed and another one answers. Looks the name up each minute, and at once when `onWake`'s function,
 * which is for a failure, is called.
 */
async function hasMoved(
  run: Run,
  address: string,
  signal: AbortSignal,
  onWake: (wake: () => void) => void,
): Promise<boolean> {
  while (!signal.aborted) {
    const nap = new AbortController()
    const wake = () => nap.abort()
    onWake(wake)
    signal.addEventListener('abort', wake, { once: true })
    await run.clock.sleep(lookUpEveryMs, nap.signal)
    signal.removeEventListener('abort', wake)
    if (signal.aborted) return false
    const found = await run.find(run.check.host, lookUpTimeoutMs, run.clock, signal)
    if (!found.ok) continue
    const others = found.value.map(each => each.address).filter(each => each !== address)
    if (others.length === found.value.length) return true
    const better = nap.signal.aborted
      ? await firstToAnswer(others, run.check.timeoutMs, run.clock, signal)
      : null
    if (better === null) continue
    run.address = better
    return true
  }
  return false
}
