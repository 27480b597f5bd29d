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
  /** Aborted when nobody reads stdout any more. */
  readonly gone: AbortSignal
}

interface Stream {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): boolean
  on(event: 'error', listener: (error: Error) => void): unknown
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
  stdout.on('error', () => gone.abort())
  stderr.on('error', () => {})
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
    complain: line => {
      stderr.write(`${line}\n`)
    },
    paint: paintWith(colour),
    gone: gone.signal,
  }
}
