import type { PingCheck } from '../core/settings.ts'
import type { Clock } from '../system/clock.ts'
import { type Attempt, attempt } from './attempt.ts'
import type { PingLine } from './ping-output.ts'
import { type PingEnd, startPing } from './ping-process.ts'
import type { ProbeOnce } from './probe.ts'
import { resolveFor } from './resolve.ts'

/** One echo request by a `ping` of its own. For what runs for long there is `pingStream`. */
export const pingOnce: ProbeOnce<PingCheck> = (check, clock, signal) =>
  attempt(clock, check.timeoutMs, signal, running =>
    askHost(running, check.host, ['-c', '1', '-W', seconds(check.timeoutMs)]),
  )

/**
 * Whether any of the hosts answers one of three quick pings within `timeoutMs`. True at the first answer; the other
 * pings are ended. No host, no ping, an abort: false.
 */
export async function anyAnswers(
  hosts: readonly string[],
  timeoutMs: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<boolean> {
  const found = new AbortController()
  const stop = () => found.abort()
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop, { once: true })
  const args = ['-c', '3', '-i', '0.2', '-W', seconds(timeoutMs)]
  const asked = hosts.map(async host => {
    const result = await attempt(clock, timeoutMs, found.signal, running => askHost(running, host, args))
    if (result.outcome !== 'answered') throw new Error(result.detail)
  })
  const answered = await Promise.any(asked).then(
    () => true,
    () => false,
  )
  stop()
  signal.removeEventListener('abort', stop)
  return answered
}

/** Seconds as ping takes them: `0.1`. */
export function seconds(ms: number): string {
  return (ms / 1000).toFixed(3)
}

async function askHost(running: Attempt, host: string, args: readonly string[]): Promise<void> {
  const address = await resolveFor(running, host)
  if (address === null) return
  let unsent: string | null = null
  const ping = startPing(['-n', ...args, address.address], line => {
    if (line.kind === 'unsent') unsent = line.reason
    settleOnLine(running, line)
  })
  running.atEnd(() => ping.kill())
  settleOnEnd(running, await ping.ended, unsent)
}

function settleOnLine(running: Attempt, line: PingLine): void {
  // ping's round trip, without the milliseconds that starting it took.
  if (line.kind === 'reply') running.settle('answered', `reply from ${line.from}`, line.rttMs ?? undefined)
}

/** ping(8): 1 when no reply came, 2 on other errors. Other pings end with 1 as well when they don't know an option. */
function settleOnEnd(running: Attempt, end: PingEnd, unsent: string | null): void {
  if (end.status === 1 && unsent !== null)
    running.settle('inconclusive', `this node could not send: ${unsent}`)
  else if (end.hasAsked && (end.status === 0 || end.status === 1)) running.settle('failed', 'no echo reply')
  else running.settle(end.outcome, end.cause)
}
