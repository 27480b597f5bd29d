import { timeText } from '../../core/time-text.ts'
import { presentLine } from '../../status/headline.ts'
import { parseStatus } from '../../status/parse.ts'
import type { Status } from '../../status/status-json.ts'
import { systemClock } from '../../system/clock.ts'
import { type ExitCode, exitCodes } from '../../system/exit-codes.ts'
import type { Call } from '../command.ts'
import type { Output } from '../output.ts'
import { type Asked, askDaemon, otherVersion, unansweredText } from './ask-daemon.ts'
import { interrupted } from './interrupted.ts'
import type { statusOptions } from './options.ts'
import { watchScreen } from './watch-screen.ts'

const everyMs = 1000

/**
 * Shows the status until Ctrl-C or until nobody reads: on a terminal a screen, which q ends too; else a line with each
 * change; with --json an object each second. A daemon that is away meanwhile is waited for.
 */
export async function watch({ values, output }: Call<typeof statusOptions>): Promise<ExitCode> {
  // What is waited for would stand in the middle of the panel.
  const silent = { ...output, complain: () => {} }
  const ask = () => askDaemon(values.config, { command: 'status' }, silent)
  const stop = AbortSignal.any([output.gone, interrupted()])
  if (output.live && !values.json) {
    await watchScreen(async () => statusIn(await ask()), output, stop)
    return exitCodes.done
  }
  const show = values.json ? objects(output) : changes(output)
  while (!stop.aborted) {
    show(await ask())
    await systemClock.sleep(everyMs, stop)
  }
  return exitCodes.done
}

function objects(output: Output): (result: Asked) => void {
  return result => {
    if (result.outcome === 'answered') output.print(JSON.stringify(result.reply.status))
  }
}

function changes(output: Output): (result: Asked) => void {
  let before = ''
  return result => {
    const seen = statusIn(result)
    const line = typeof seen === 'string' ? seen : presentLine(seen)
    if (line !== before) output.print(`${timeText(systemClock.wall())} ${line}`)
    before = line
  }
}

/** The status, or the sentence why there is none. */
function statusIn(result: Asked): Status | string {
  if (result.outcome !== 'answered') return unansweredText(result)
  return parseStatus(result.reply.status) ?? otherVersion
}
