import { sentNow, type TalkResult, talk } from '../../control/client.ts'
import type { Order, Request } from '../../control/messages.ts'
import { parseStatus } from '../../status/parse.ts'
import { systemClock } from '../../system/clock.ts'
import { type ExitCode, exitCodes } from '../../system/exit-codes.ts'
import type { ConfigUnread } from '../config-content.ts'
import type { Output } from '../output.ts'
import { clean, hang } from '../table.ts'
import { type PlacesReading, placesToAsk } from './places.ts'

/** The daemon says something every second while it works: so long a silence means that it does not answer. */
const silenceMs = 10_000

/** What came of asking. Without the configuration it is not known which daemon is meant. */
export type Asked = TalkResult | ConfigUnread
export type Unanswered = Exclude<Asked, { readonly outcome: 'answered' }>

/** Asks the daemon that the configuration names. Its progress goes to stderr. */
export async function askDaemon(configFile: string, request: Request, output: Output): Promise<Asked> {
  return askDaemonAt(await placesToAsk(configFile), request, output)
}

/** A question that may not be put, or finds nobody, at the control socket is put at the status socket. */
export async function askDaemonAt(places: PlacesReading, request: Request, output: Output): Promise<Asked> {
  if (!places.ok) return places
  const talking = {
    clock: systemClock,
    silenceMs,
    progress: (text: string) => output.complain(`… ${text}`),
  }
  const result = await talk(places.controlSocket, request, talking)
  const { statusSocket } = places
  const isQuestion = request.command === 'status' || request.command === 'history'
  if (!isQuestion || statusSocket === null) return result
  if (result.outcome !== 'denied' && result.outcome !== 'nobody') return result
  const told = await talk(statusSocket, request, talking)
  return told.outcome === 'answered' ? told : result
}

/**
 * The same with an order, which is refused when it arrives only after this command has given up. A daemon of a version
 * that does not know who gives it takes no order that says so: it is given once more without.
 */
export async function orderDaemon(configFile: string, order: Order, output: Output): Promise<Asked> {
  const ask = (order: Order) =>
    askDaemon(configFile, { ...order, sent: sentNow({ clock: systemClock, silenceMs }) }, output)
  const result = await ask(order)
  return 'by' in order && isMisunderstood(result) ? ask({ ...order, by: undefined }) : result
}

/** Refused for its form, by the words of `parseRequest`: nothing of it was carried out. */
function isMisunderstood(result: Asked): boolean {
  return result.outcome === 'answered' && /^not a request: .*\bby\b/.test(String(result.reply.error))
}

/** A reply that this version does not understand: an upgrade has left the old daemon running. */
export const otherVersion = "berofosd: the daemon is of another version: 'systemctl restart berofosd'"

/** How a command ends that got no answer. */
interface UnansweredRow {
  readonly cure: string
  /** Of `status`. */
  readonly statusCode: ExitCode
  /** Of every other command. */
  readonly exitCode: ExitCode
}

const { failed, noDaemon, badConfiguration } = exitCodes
const unansweredTable: Readonly<Record<Unanswered['outcome'], UnansweredRow>> = {
  nobody: { cure: ": start it with 'systemctl start berofosd'", statusCode: noDaemon, exitCode: failed },
  denied: { cure: '', statusCode: failed, exitCode: failed },
  silent: {
    cure: ": it hangs; 'systemctl kill -s KILL berofosd' has it started anew, then say it again",
    statusCode: failed,
    exitCode: failed,
  },
  broken: { cure: ": look at 'systemctl status berofosd'", statusCode: failed, exitCode: failed },
  misnamed: { cure: '', statusCode: badConfiguration, exitCode: badConfiguration },
}

/** The sentence for a daemon that gave no answer, with the cure. */
export function unansweredText({ outcome, error }: Unanswered): string {
  return `berofosd: ${error}${unansweredTable[outcome].cure}`
}

/** The exit status of `status` then. */
export function unansweredStatusCode({ outcome }: Unanswered): ExitCode {
  return unansweredTable[outcome].statusCode
}

/** The exit status of every other command then. */
export function unansweredExitCode({ outcome }: Unanswered): ExitCode {
  return unansweredTable[outcome].exitCode
}

/** Sends one order and prints the state of the daemon after it. Not 0 when it was not carried out; `alone`: what that means without a daemon. */
export async function giveOrder(
  configFile: string,
  order: Order,
  output: Output,
  alone: string,
): Promise<ExitCode> {
  const result = await orderDaemon(configFile, order, output)
  const isAlone = result.outcome === 'nobody' && result.idle !== true
  return reportOrder(isAlone ? { ...result, error: `${result.error}, ${alone}` } : result, output)
}

/** Says what came of an order. */
export async function reportOrder(result: Asked, output: Output): Promise<ExitCode> {
  if (result.outcome !== 'answered') {
    output.complain(unansweredText(result))
    return unansweredExitCode(result)
  }
  const { reply } = result
  tellEnded(reply.ended, output)
  if (!reply.ok) {
    output.complain(`berofosd: ${String(reply.error)}`)
    if (reply.status !== undefined) await tellHeadline(reply.status, output)
    return exitCodes.failed
  }
  return (await tellHeadline(reply.status, output)) ? exitCodes.done : exitCodes.failed
}

/** What the order has ended. A daemon of an older version does not tell. */
function tellEnded(ended: unknown, output: Output): void {
  if (!Array.isArray(ended)) return
  for (const text of ended) output.print(`ended: ${clean(String(text))}`)
}

/** What is pinned, until when, and how many relays are there; false: a status of another version. */
async function tellHeadline(told: unknown, output: Output): Promise<boolean> {
  const status = parseStatus(told)
  if (status === null) {
    output.complain(otherVersion)
    return false
  }
  const { headAndFindings } = await import('./status-panel.ts')
  for (const line of headAndFindings(status, output)) output.print(line)
  const isTold = status.findings.some(({ text }) => text.includes(status.next))
  if (!isTold) for (const line of hang('   next  ', clean(status.next), output.width)) output.print(line)
  return true
}
