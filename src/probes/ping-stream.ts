import { isIP } from 'node:net'
import type { ProbeResult } from '../core/role.ts'
import type { PingCheck } from '../core/settings.ts'
import type { Clock, Timer } from '../system/clock.ts'
import { isLoopback, isOwnAddress } from '../system/own-address.ts'
import { seconds } from './ping.ts'
import { type PingProcess, startPing } from './ping-process.ts'
import { PingTracker } from './ping-tracker.ts'
import type { ProbeStream } from './probe.ts'
import { ownText, type Resolve, resolve } from './resolve.ts'
import { spokenMs } from './spoken.ts'

/** Pause before a ping that died is started anew, doubled up to the second while it keeps dying. */
const firstPauseMs = 1000
const longestPauseMs = 10_000
/** A name is looked up again so often; a changed address restarts ping. */
const lookUpEveryMs = 60_000
const lookUpTimeoutMs = 5000
/** A ping that says nothing for so many intervals, and 5 s more, hangs: it is killed and started anew. */
const hungAfterIntervals = 5
const hungAfterMs = 5000

/** One `ping -n -O` kept running, restarted when it dies: costs nothing a probe. */
export const pingStream: ProbeStream<PingCheck> = pingStreamWith(resolve)

/** `pingStream` with a resolver of one's own. */
export function pingStreamWith(find: Resolve): ProbeStream<PingCheck> {
  return (check, clock, report) => {
    const stopping = new AbortController()
    const { signal } = stopping
    // After the stop nobody wants to hear.
    const reportUntilStopped = (result: ProbeResult) => void (signal.aborted || report(result))
    const done = supervise({ check, clock, find, signal, report: reportUntilStopped, excuseAtMs: 0 })
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
  /** When the next word on a ping that does not run is due: one an interval, however often it dies. */
  excuseAtMs: number
}

/** Why no ping runs, and what that says of the host. */
type Excuse = Pick<ProbeResult, 'outcome' | 'detail'>

async function supervise(run: Run): Promise<void> {
  let pauseMs = firstPauseMs
  while (!run.signal.aborted) {
    const startedAtMs = run.clock.mono()
    const excuse = await findAndPing(run)
    if (excuse === null) continue
    if (run.clock.mono() - startedAtMs >= longestPauseMs) pauseMs = firstPauseMs
    // What counts against the host has to be seen anew each time.
    await pauseExcused(run, excuse.outcome === 'failed' ? run.check.intervalMs : pauseMs, excuse)
    pauseMs = excuse.outcome === 'failed' ? firstPauseMs : Math.min(pauseMs * 2, longestPauseMs)
  }
}

/** Pauses, and says once an interval why there is nothing to report. */
async function pauseExcused(run: Run, pauseMs: number, excuse: Excuse): Promise<void> {
  const { check, clock, signal } = run
  const untilMs = clock.mono() + pauseMs
  for (let nowMs = clock.mono(); nowMs < untilMs && !signal.aborted; nowMs = clock.mono()) {
    if (nowMs >= run.excuseAtMs) {
      run.report({ ...excuse, ms: 0 })
      run.excuseAtMs = nowMs + check.intervalMs
    }
    await clock.sleep(Math.min(untilMs, run.excuseAtMs) - nowMs, signal)
  }
}

/** Runs one ping to its end. Why it ended; null: it was to be restarted at once, or stopped. */
async function findAndPing(run: Run): Promise<Excuse | null> {
  const found = await run.find(run.check.host, lookUpTimeoutMs, run.clock, run.signal)
  if (run.signal.aborted) return null
  return found.ok ? pingUntilEnd(run, found.value.address) : { outcome: 'inconclusive', detail: found.detail }
}

async function pingUntilEnd(run: Run, address: string): Promise<Excuse | null> {
  const { check, signal } = run
  const over = new AbortController()
  let hurry = () => {}
  let hasFailed = false
  const report = (result: ProbeResult) => {
    run.report(result)
    if (result.outcome !== 'failed') return
    hasFailed = true
    hurry()
  }
  const reading = startReading({ ...run, report }, address)
  const stop = () => reading.ping.kill()
  signal.addEventListener('abort', stop, { once: true })
  const moved = isIP(check.host)
    ? Promise.resolve(false)
    : hasMoved(run, address, over.signal, wake => (hurry = wake))
  void moved.then(yes => yes && stop())
  const { cause, outcome } = await reading.ping.ended
  over.abort()
  signal.removeEventListener('abort', stop)
  const hung = reading.end()
  // Never two failures within an interval, even of a name that has another address each time.
  if (hasFailed && (await moved)) await run.clock.sleep(check.intervalMs, signal)
  if (signal.aborted || (await moved)) return null
  return hung === null ? { outcome, detail: cause } : { outcome: 'inconclusive', detail: hung }
}

/**
 * Waits until the name has another address (true) or the signal aborts (false). Looks it up each minute, and at once
 * when `onWake`'s function is called.
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
    if (found.ok && found.value.address !== address) return true
  }
  return false
}

interface Reading {
  readonly ping: PingProcess
  /** Stops reporting; what to say if ping was killed for its silence, else null. */
  end(): string | null
}

/** Starts a ping, and has a tracker turn what it says, and what it fails to say in time, into results. */
function startReading(run: Run, address: string): Reading {
  const { check, clock } = run
  const args = ['-n', '-O', '-i', seconds(check.intervalMs), address]
  const tracker = new PingTracker(check, clock.mono(), clock.wall())
  const hungMs = hungAfterMs + hungAfterIntervals * check.intervalMs
  let timer: Timer | null = null
  let over = false
  let hung: string | null = null
  const report = judgeOwn(address, run.report)

  const tell = (results: readonly ProbeResult[]) => {
    for (const result of results) report(result)
    timer?.cancel()
    // Timers run before pipes are read: setImmediate lets lines that already wait be taken first.
    timer = clock.after(tracker.nextTickAtMs() - clock.mono(), () => void setImmediate(tick))
  }
  const tick = () => {
    if (over) return
    const silentMs = tracker.silentMs(clock.mono())
    if (silentMs > hungMs) {
      hung = `ping on this node said nothing for ${spokenMs(silentMs)} and was restarted`
      ping.kill()
    }
    tell(tracker.tick(clock.mono()))
  }
  const ping = startPing(args, line => {
    if (!over) tell(tracker.take(line, clock.mono(), clock.wall()))
  })
  tell([])
  const end = () => {
    over = true
    timer?.cancel()
    return hung
  }
  return { ping, end }
}

/** Reports in order, and an answer that this node gave itself as none: the master's address may have come here. */
function judgeOwn(address: string, report: (result: ProbeResult) => void): (result: ProbeResult) => void {
  if (isLoopback(address)) return report
  let before = Promise.resolve()
  return result => {
    before = before.then(async () => {
      const isOwn = result.outcome === 'answered' && (await isOwnAddress(address))
      report(isOwn ? { outcome: 'inconclusive', ms: 0, detail: ownText(address) } : result)
    })
  }
}
