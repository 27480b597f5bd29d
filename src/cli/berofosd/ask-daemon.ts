import { type TalkResult, talk } from '../../control/client.ts'
import type { Request } from '../../control/messages.ts'
import { systemClock } from '../../system/clock.ts'
import { type ExitCode, exitCodes } from '../../system/exit-codes.ts'
import type { Output } from '../output.ts'
import { placesIn } from './places.ts'

/** The daemon says something every second while it works: this long a silence is none. */
const silenceMs = 10_000

export type Unanswered = Exclude<TalkResult, { readonly outcome: 'answered' }>

/** Asks the daemon that the configuration names. Its progress goes to stderr. */
export async function askDaemon(configFile: string, request: Request, output: Output): Promise<TalkResult> {
  const { controlSocket } = await placesIn(configFile)
  return talk(controlSocket, request, {
    clock: systemClock,
    silenceMs,
    progress: text => output.complain(`… ${text}`),
  })
}

/** How a command ends that got no answer. */
interface UnansweredRow {
  readonly cure: string
  readonly exitCode: ExitCode
}

const unansweredTable: Readonly<Record<Unanswered['outcome'], UnansweredRow>> = {
  nobody: { cure: ": start it with 'systemctl start berofosd'", exitCode: exitCodes.noDaemon },
  denied: { cure: '', exitCode: exitCodes.failed },
  broken: { cure: ": look at 'systemctl status berofosd'", exitCode: exitCodes.failed },
}

/** The sentence for a daemon that gave no answer, with the cure. */
export function unansweredText({ outcome, error }: Unanswered): string {
  return `berofosd: ${error}${unansweredTable[outcome].cure}`
}

/** The exit status of `status` then; other commands end with 1 whatever the reason. */
export function unansweredExitCode({ outcome }: Unanswered): ExitCode {
  return unansweredTable[outcome].exitCode
}

/** Sends one order and says how the daemon stands then. 1 when it was not carried out. */
export async function giveOrder(configFile: string, request: Request, output: Output): Promise<ExitCode> {
  return reportOrder(await askDaemon(configFile, request, output), output)
}

/** Says what came of an order. */
export async function reportOrder(result: TalkResult, output: Output): Promise<ExitCode> {
  if (result.outcome !== 'answered') {
    output.complain(unansweredText(result))
    return exitCodes.failed
  }
  const { reply } = result
  if (!reply.ok) {
    output.complain(`berofosd: ${String(reply.error)}`)
    return exitCodes.failed
  }
  const { headline } = await import('./status-panel.ts')
  for (const line of headline(reply.status as Parameters<typeof headline>[0], output)) output.print(line)
  return exitCodes.done
}
