import { createInterface } from 'node:readline/promises'
import { systemClock } from '../system/clock.ts'

/** What of stdout a screen needs. */
interface Terminal {
  write(text: string): unknown
}

// ECMA-48 and xterm's private modes, which every terminal of today has: the alternate screen, the cursor, wrapping.
const enter = '\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J'
const leave = '\x1b[?7h\x1b[?25h\x1b[?1049l'

/** The alternate screen of a terminal: what was on it before comes back at the end, however the process ends. */
export class Screen {
  private shown: readonly string[] = []
  private readonly atExit = () => void this.terminal.write(leave)

  constructor(private readonly terminal: Terminal) {
    process.once('exit', this.atExit)
    terminal.write(enter)
  }

  /** Writes only the lines that have changed, and all of them at once: nothing flickers. */
  draw(lines: readonly string[]): void {
    const count = Math.max(lines.length, this.shown.length)
    const text = Array.from({ length: count }, (_, row) => {
      const line = lines[row] ?? ''
      return line === (this.shown[row] ?? '') ? '' : `\x1b[${row + 1};1H\x1b[2K${line}`
    }).join('')
    this.shown = lines
    if (text !== '') this.terminal.write(text)
  }

  /** The terminal has another size: what it shows is not known any more. */
  clear(): void {
    this.shown = []
    this.terminal.write('\x1b[2J')
  }

  close(): void {
    process.off('exit', this.atExit)
    this.terminal.write(leave)
  }
}

/** Single keys from the terminal, without Return. */
export interface Keyboard {
  /** The next key; null: the terminal is gone, nobody pressed one for `withinMs`, or `stop` was aborted. */
  next(withinMs: number, stop: AbortSignal): Promise<string | null>
  /** Gives the terminal back as it was. */
  close(): void
}

/** More keys that wait than anybody presses on purpose. */
const mostWaiting = 100

/** null: stdin is no terminal. */
export function openKeyboard(stdin: NodeJS.ReadStream): Keyboard | null {
  if (!stdin.isTTY) return null
  const waiting: string[] = []
  let ended = false
  let wake = () => {}
  const take = (text: string) => {
    for (const key of text) if (waiting.length < mostWaiting) waiting.push(key)
    wake()
  }
  const end = () => {
    ended = true
    wake()
  }
  stdin.setRawMode(true)
  stdin.setEncoding('utf8').on('data', take).on('end', end).on('error', end).resume()
  return {
    async next(withinMs, stop) {
      if (waiting.length === 0 && !ended) {
        const woken = new AbortController()
        wake = () => woken.abort()
        await systemClock.sleep(withinMs, AbortSignal.any([woken.signal, stop]))
      }
      return stop.aborted ? null : (waiting.shift() ?? null)
    },
    close() {
      stdin.off('data', take).off('end', end).pause()
      if (!ended) stdin.setRawMode(false)
    },
  }
}

/** Whether somebody at the terminal types yes; no answer, and an abort of `stop`, is a no. The question goes to `output`. */
export async function typesYes(
  question: string,
  output: NodeJS.WriteStream,
  stop?: AbortSignal,
): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output })
  const gone = new AbortController()
  // Ctrl-D and Ctrl-C, which reach the terminal and no signal handler while it is being read.
  terminal.once('close', () => gone.abort())
  terminal.once('SIGINT', () => gone.abort())
  try {
    const signal = stop ? AbortSignal.any([stop, gone.signal]) : gone.signal
    const answer = await terminal.question(`${question}Type yes to go on: `, { signal })
    return /^y(es)?$/i.test(answer.trim())
  } catch {
    return false
  } finally {
    terminal.close()
  }
}
