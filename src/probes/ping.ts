import { setMaxListeners } from 'node:events'
import type { PingCheck } from '../core/settings.ts'
import type { Address } from '../net/resolve.ts'
import type { Clock } from '../system/clock.ts'
import { type AskedHost, askAddresses } from './ask-addresses.ts'
import { type Attempt, attempt } from './attempt.ts'
import type { PingLine } from './ping-output.ts'
import { type PingEnd, startPing } from './ping-process.ts'
import type { ProbeOnce } from './probe.ts'

/** One echo request by a `ping` of its own. For what runs for long there is `pingStream`. */
export const pingOnce: ProbeOnce<PingCheck> = (check, clock, signal) =>
  attempt(clock, check.timeoutMs, signal, running =>
    askHost(running, check, ['-c', '1', '-W', seconds(check.timeoutMs)]),
  )

/** Whether any of the hosts answers one of three quick pings within `timeoutMs`. No host, no ping, an abort: false. */
export async function anyAnswers(...asked: Parameters<typeof firstToAnswer>): Promise<boolean> {
  return (await firstToAnswer(...asked)) !== null
}

/** Which of the hosts is the first to answer one of three quick pings; the other pings are ended then. null: none. */
export async function firstToAnswer(
  hosts: readonly string[],
  timeoutMs: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<string | null> {
  const found = new AbortController()
  // One for each host: Node warns from eleven on.
  setMaxListeners(0, found.signal)
  const stop = () => found.abort()
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop, { once: true })
  const args = ['-c', '3', '-i', '0.2', '-W', seconds(timeoutMs)]
  const asked = hosts.map(async host => {
    const result = await attempt(clock, timeoutMs, found.signal, running => askHost(running, { host }, args))
    if (result.outcome !== 'answered') throw new Error(result.detail)
    return host
  })
  const answered = await Promise.any(asked).catch(() => null)
  stop()
  signal.removeEventListener('abort', stop)
  return answered
}

/** Seconds as ping takes them: `0.1`. */
export function seconds(ms: number): string {
  return (ms / 1000).toFixed(3)
}

function askHost(whole: Attempt, host: AskedHost, args: readonly string[]): Promise<void> {
  return askAddresses(whole, host, (running, { address }) => askAddress(running, address, args))
}

async function askAddress(
  running: Attempt,
  address: Address['address'],
  args: readonly string[],
): Promise<void> {
  let unsent: string | null = null
  const ping = startPing(['-n', ...args, address], line => {
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
