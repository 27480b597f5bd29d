import { type ExitCode, exitCodes } from '../system/exit-codes.ts'
import { paintWith, type Tone } from './tones.ts'

/** Where a command says things. A reader that has gone is no error: `berofosd history | head`. */
export interface Output {
  /** Columns of a line: 80, or fewer on a narrower terminal. */
  readonly width: number
  /** stdout is a terminal that can be drawn anew. */
  readonly live: boolean
  /** Whether `paint` colours: marks need other shapes when it does not. */
  readonly colour: boolean
  /** A line to stdout. */
  print(line: string): void
  /** A line to stderr. */
  complain(line: string): void
  /** The text with its tone, where colours are wanted. */
  paint(tone: Tone, text: string): string
  /** Aborted when nobody reads stdout any more, or when it takes nothing. */
  readonly gone: AbortSignal
  /** Waits until all is written: what was done well is none when its output is lost, and that is said. */
  ended(program: string, exitCode: ExitCode): Promise<ExitCode>
}

/** What laying out text depends on. */
export type Look = Pick<Output, 'width' | 'colour' | 'paint'>

interface Stream {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string, written?: () => void): boolean
  on(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown
}

/** More is not printed even where there is room: people read it in mails and tickets. */
const widest = 80
/** Narrower than this, no table can be laid out: the terminal wraps. */
const narrowest = 60

/** `env`: NO_COLOR and TERM. */
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
    stderr.write(`${line}\n`)
  }
  const live = stdout.isTTY === true && env.TERM !== 'dumb'
  // https://no-color.org: present and not empty.
  const colour = live && !env.NO_COLOR
  return {
    // 0 columns: a terminal that does not know.
    width: Math.max(narrowest, Math.min(widest, stdout.columns || widest)),
    live,
    colour,
    print: line => {
      if (!gone.signal.aborted) stdout.write(`${line}\n`)
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
