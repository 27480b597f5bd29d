import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** How a command ended. `status`: null when a signal ended it. */
export interface Outcome {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface CommandOptions {
  /** Then it gets SIGKILL; default 60 s. */
  readonly timeoutMs?: number
  readonly input?: string
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
}

/** Runs a program to its end. Any exit status is an outcome; rejects only when it can't be started. */
export async function run(
  program: string,
  words: readonly string[],
  options: CommandOptions = {},
): Promise<Outcome> {
  const { timeoutMs = 60_000, input = '', cwd, env } = options
  const child = spawn(program, words, { cwd, env: env ?? process.env, stdio: 'pipe' })
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
  const texts = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text
    })
  // A program that does not read its input may be gone before it is written.
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  try {
    const [status] = await once(child, 'close')
    return { status, ...texts }
  } finally {
    clearTimeout(timer)
  }
}

/** What it prints; rejects, with all that it said, unless it ends with 0. */
export async function must(
  program: string,
  words: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const outcome = await run(program, words, options)
  if (outcome.status !== 0) throw new Error(`${[program, ...words].join(' ')}: ${told(outcome)}`)
  return outcome.stdout
}

/** An outcome for a message. */
export function told({ status, stdout, stderr }: Outcome): string {
  return `exit status ${status}\n${stdout}${stderr}`.trim()
}
