import { once } from 'node:events'
import { ageText } from '../../core/duration.ts'
import { timeText } from '../../core/time-text.ts'
import { markedHeadline } from '../../status/headline.ts'
import { parseStatus } from '../../status/parse.ts'
import type { Status } from '../../status/status-json.ts'
import { systemClock } from '../../system/clock.ts'
import { type ExitCode, exitCodes } from '../../system/exit-codes.ts'
import type { Call } from '../command.ts'
import type { Look, Output } from '../output.ts'
import { marked } from '../table.ts'
import { openKeyboard, Screen } from '../terminal.ts'
import { type Asked, askDaemon, otherVersion, unansweredText } from './ask-daemon.ts'
import { interrupted } from './interrupted.ts'
import type { statusOptions } from './options.ts'
import { fittingPanel } from './status-panel.ts'

const askEveryMs = 1000

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
    await systemClock.sleep(askEveryMs, stop)
  }
  return exitCodes.done
}

/** The lines of the screen now: the headline and what is wrong always stand at its top. */
export function watchLines(
  { status, away }: Seen,
  look: Look,
  { rows, nowWall, end }: { readonly rows: number; readonly nowWall: number; readonly end: string },
): string[] {
  const foot = look.paint('quiet', `${timeText(nowWall, nowWall)}  ${end}`)
  const top = away === null ? [] : awayLines(away, status, look, nowWall)
  const left = rows - top.length - 2
  const panel = status === null || left < 1 ? [] : fittingPanel(status, awayLook(look, away !== null), left)
  const shown = away === null ? panel : panel.map(line => look.paint('quiet', line))
  return [...top, ...shown, '', foot].slice(0, rows)
}

/** What a watcher knows of the daemon. */
interface Seen {
  /** As it was told last; null: not yet. */
  readonly status: Status | null
  /** Why there is nothing newer, and since when, wall clock; null: it answers. */
  readonly away: { readonly why: string; readonly sinceWall: number } | null
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
    const line = typeof seen === 'string' ? seen : markedHeadline(seen)
    if (line !== before) output.print(`${timeText(systemClock.wall())} ${line}`)
    before = line
  }
}

/** The status, or the sentence why there is none. */
function statusIn(result: Asked): Status | string {
  if (result.outcome !== 'answered') return unansweredText(result)
  return parseStatus(result.reply.status) ?? otherVersion
}

const lookEveryMs = 250
/** A daemon that takes longer to answer is said to be away: it takes some milliseconds. */
const longestAnswerMs = 2500

const endKeys = ['q', 'Q', '\x03', '\x04']
const suspendKey = '\x1a'

/** Shows the status on a screen of its own until `stop`, or until a key ends it. `ask`: a status, or why there is none. */
async function watchScreen(
  ask: () => Promise<Status | string>,
  output: Output,
  stop: AbortSignal,
): Promise<void> {
  const ended = new AbortController()
  const over = AbortSignal.any([stop, ended.signal])
  const seen = follow(ask, over)
  let screen = new Screen(process.stdout)
  let keyboard = openKeyboard(process.stdin)
  const draw = () => screen.draw(linesOf(seen(), output, keyboard !== null))
  const resized = () => {
    screen.clear()
    draw()
  }
  process.stdout.on('resize', resized)
  while (!over.aborted) {
    draw()
    const key = keyboard ? await keyboard.next(lookEveryMs, over) : await systemClock.sleep(lookEveryMs, over)
    if (key && endKeys.includes(key)) break
    if (key !== suspendKey) continue
    screen.close()
    keyboard?.close()
    await suspended()
    screen = new Screen(process.stdout)
    keyboard = openKeyboard(process.stdin)
  }
  ended.abort()
  process.stdout.off('resize', resized)
  keyboard?.close()
  screen.close()
}

function linesOf(seen: Seen, output: Output, hasKeys: boolean): string[] {
  const look = { ...output, width: output.wide }
  const end = hasKeys ? 'q ends' : 'Ctrl-C ends'
  const lines = watchLines(seen, look, { rows: output.rows() ?? 24, nowWall: systemClock.wall(), end })
  // Texts of others may have signs that the terminal has not.
  return output.signs ? lines : lines.map(line => line.replace(/\P{ASCII}/gu, '?'))
}

/** Asks each second; what is known comes from the last answer, also while the next one is waited for. */
function follow(ask: () => Promise<Status | string>, over: AbortSignal): () => Seen {
  let status: Status | null = null
  let why: string | null = null
  let answeredMono = systemClock.mono()
  let answeredWall = systemClock.wall()
  const run = async () => {
    while (!over.aborted) {
      const answer = await ask()
      if (typeof answer === 'string') why = answer.replace(/^berofosd: /, '')
      else {
        ;[status, why] = [answer, null]
        ;[answeredMono, answeredWall] = [systemClock.mono(), systemClock.wall()]
      }
      await systemClock.sleep(askEveryMs, over)
    }
  }
  void run()
  return () => {
    const isLate = systemClock.mono() - answeredMono > longestAnswerMs
    const text = why ?? (isLate ? 'it is being asked' : null)
    return { status, away: text === null ? null : { why: text, sinceWall: answeredWall } }
  }
}

/** Ctrl-Z: the shell has the terminal until it gives it back. */
async function suspended(): Promise<void> {
  const back = once(process, 'SIGCONT')
  process.kill(process.pid, 'SIGTSTP')
  await back
}

function awayLines(
  { why, sinceWall }: NonNullable<Seen['away']>,
  status: Status | null,
  look: Look,
  nowWall: number,
): string[] {
  const since = `since ${timeText(sinceWall, nowWall)}, for ${ageText(nowWall - sinceWall)}`
  const below =
    status === null ? '' : `; what follows was true at ${timeText(Date.parse(status.now), nowWall)}`
  return [...marked('bad', `the daemon has not answered ${since}: ${why}${below}`, look), '']
}

/** What is past has no colours of its own. */
function awayLook(look: Look, isPast: boolean): Look {
  return isPast ? { ...look, paint: (_, text) => text } : look
}
