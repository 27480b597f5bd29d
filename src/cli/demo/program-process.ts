import { type ChildProcess, spawn } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { systemClock } from '../../system/clock.ts'
import { environmentForCommands } from '../../system/environment.ts'
import { OutputLines } from '../../system/output-lines.ts'

/** How a process ended, in words: `exit status 0`, `SIGKILL`. */
export interface End {
  readonly ok: boolean
  readonly text: string
  readonly atMono: number
}

/** For the kernel, after SIGKILL. */
const killedWithinMs = 1000
const limits = { lineLength: 4096, lines: 10_000 }

/** `berofosd` as a process of its own: this very program, started in the same way. */
export class ProgramProcess {
  /** null: it is still running. */
  end: End | null = null
  readonly #child: ChildProcess
  readonly #ended = new AbortController()

  /** `report` gets what it prints, line by line. It is in a group of its own: Ctrl-C must reach us alone. */
  constructor(args: readonly string[], report: (line: string) => void) {
    this.#child = spawn(process.execPath, [...process.execArgv, berofosd(), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: environmentForCommands(process.env),
      detached: true,
    })
    const lines = new OutputLines(limits, report)
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      const output = lines.stream()
      stream?.setEncoding('utf8')
      stream?.on('data', (text: string) => output.push(text))
      stream?.on('error', () => {})
      stream?.once('end', () => output.end())
    }
    this.#child.once('error', error => this.#settle(false, `not started: ${error.message}`))
    // `close` comes after the last line, `exit` may come before it.
    this.#child.once('close', (code, signal) => this.#settle(code === 0, signal ?? `exit status ${code}`))
  }

  kill(signal: NodeJS.Signals): void {
    if (this.end === null) this.#child.kill(signal)
  }

  /** Asks it to end, and makes it end when it has not within the deadline. */
  async stop(deadlineMs: number): Promise<void> {
    this.kill('SIGTERM')
    await systemClock.sleep(deadlineMs, this.#ended.signal)
    this.kill('SIGKILL')
    await systemClock.sleep(killedWithinMs, this.#ended.signal)
  }

  #settle(ok: boolean, text: string): void {
    this.end ??= { ok, text, atMono: systemClock.mono() }
    this.#ended.abort()
  }
}

/** The file that was started, behind any link: berofosd.ts in a clone, berofosd.cjs where it is installed. */
function berofosd(): string {
  return realpathSync(process.argv[1] ?? '')
}
