import { once } from 'node:events'
import { presentLine } from '../../status/headline.ts'
import { parseStatus } from '../../status/parse.ts'
import type { Status } from '../../status/wire.ts'
import { systemClock } from '../../system/clock.ts'
import { type ExitCode, exitCodes } from '../../system/exit-codes.ts'
import type { Call } from '../command.ts'
import type { Output } from '../output.ts'
import { timeText } from '../time-text.ts'
import { type Asked, askDaemon, otherVersion, unansweredText } from './ask-daemon.ts'
import type { statusOptions } from './options.ts'
import { marked, panel } from './status-panel.ts'

const everyMs = 1000

/**
 * Shows the status until Ctrl-C or until nobody reads: on a terminal the panel, drawn anew each second; else a line
 * with each change; with --json an object each second. A daemon that is away meanwhile is waited for.
 */
export async function watch({ values, output }: Call<typeof statusOptions>): Promise<ExitCode> {
  const show = viewOf(values.json, output)
  // What is waited for would stand in the middle of the panel.
  const silent = { ...output, complain: () => {} }
  const stop = AbortSignal.any([output.gone, interrupted()])
  if (output.live) process.stdout.write(hideCursor)
  while (!stop.aborted) {
    show(await askDaemon(values.config, { command: 'status' }, silent))
    await systemClock.sleep(everyMs, stop)
  }
  if (output.live) process.stdout.write(showCursor)
  return exitCodes.done
}

// ECMA-48 and DEC private modes, as every terminal has them.
const hideCursor = '\x1b[?25l'
const showCursor = '\x1b[?25h'
const homeAndClear = '\x1b[H\x1b[2J'

type View = (result: Asked) => void

function viewOf(json: boolean, output: Output): View {
  if (json)
    return result => {
      if (result.outcome === 'answered') output.print(JSON.stringify(result.reply.status))
    }
  return output.live ? drawn(output) : changes(output)
}

function drawn(output: Output): View {
  return result => {
    const seen = statusIn(result)
    const lines = typeof seen === 'string' ? marked('bad', seen, output) : panel(seen, output)
    const foot = output.paint('quiet', `${timeText(systemClock.wall())}  Ctrl-C ends`)
    output.print(homeAndClear + [...lines, '', foot].join('\n'))
  }
}

function changes(output: Output): View {
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

function interrupted(): AbortSignal {
  const controller = new AbortController()
  const end = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
  void end.then(() => controller.abort())
  return controller.signal
}
