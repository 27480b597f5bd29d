import { type ExitCode, exitCodes } from '../system/exit-codes.ts'
import { paintWith, type Tone } from './tones.ts'

/** Where a command says things. A reader that has gone is no error: `berofosd history | head`. */
export interface Output {
  /** Columns of a line: 80, or fewer on a narrower terminal. */
  readonly width: number
  /** Columns of what is looked at and not sent on: all of a terminal's, within reason. */
  readonly wide: number
  /** Lines of the terminal now; null: it is not a terminal, or does not know. */
  rows(): number | null
  /** stdout is a terminal that can be drawn anew. */
  readonly live: boolean
  /** Whether `paint` colours. */
  readonly colour: boolean
  /** Whether marks are signs such as ✔: else they are ASCII. */
  readonly signs: boolean
  /** A line to stdout. */
  print(line: string): void
  /** A line to stderr. */
  complain(line: string): void
  /** The text with its tone, where colours are wanted. */
  paint(tone: Tone, text: string): string
  /** Aborted when nobody reads stdout any more, or when it takes nothing. */
  readonly gone: AbortSignal
  /** Waits until all is written: work whose output is lost counts as failed, and that is said. */
  ended(program: string, exitCode: ExitCode): Promise<ExitCode>
}

/** What laying out text depends on. */
export type Look = Pick<Output, 'width' | 'signs' | 'paint'>

interface Stream {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
  write(text: string, written?: () => void): boolean
  on(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown
}

/** More is not printed even where there is room: people read it in mails and tickets. */
const widest = 80
/** Wider than this, the eye loses the line. */
const widestLive = 160
/** Narrower than this, no table can be laid out: the terminal wraps. */
const narrowest = 60

/** `env`: NO_COLOR, TERM and the locale. */
export function openOutput(
  { stdout, stderr }: { stdout: Stream; stderr: Stream },
  env: NodeJS.ProcessEnv,
): Output {
  const gone = new AbortController()
  let lost: string | null = null
  stdout.on('error', ({ code, message }) => {
    if (code !== 'EPIPE') lost ??= message
    gone.abort()
  })
  stderr.on('error', () => {})
  const complain = (line: string) => {
    stderr.write(`${seenOn(stderr, line, env)}\n`)
  }
  const live = stdout.isTTY === true && env.TERM !== 'dumb'
  // https://no-color.org: present and not empty.
  const colour = live && !env.NO_COLOR
  return {
    // 0 columns: a terminal that does not know.
    width: Math.max(narrowest, Math.min(widest, stdout.columns || widest)),
    get wide() {
      return live ? Math.max(narrowest, Math.min(widestLive, stdout.columns || widest)) : widest
    },
    rows: () => (live ? stdout.rows || null : null),
    live,
    colour,
    signs: live && hasSigns(env),
    print: line => {
      if (!gone.signal.aborted) stdout.write(`${seenOn(stdout, line, env)}\n`)
    },
    complain,
    paint: paintWith(colour),
    gone: gone.signal,
    async ended(program, exitCode) {
      await new Promise<void>(resolve => stdout.write('', () => resolve()))
      if (lost === null) return exitCode
      complain(`${program}: the output could not be written: ${lost}`)
      return exitCode === exitCodes.done ? exitCodes.failed : exitCode
    },
  }
}

/** The one sign in our own words, on a terminal that may not have it; what is sent on stays as it is. */
function seenOn({ isTTY }: Stream, line: string, env: NodeJS.ProcessEnv): string {
  return isTTY === true && !hasSigns(env) ? line.replaceAll('…', '...') : line
}

/** The locale is UTF-8; the console of Linux itself has no such signs in its fonts. */
function hasSigns({ LC_ALL, LC_CTYPE, LANG, TERM }: NodeJS.ProcessEnv): boolean {
  return /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '') && TERM !== 'linux'
}
