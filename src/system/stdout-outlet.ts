import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs'
import { isatty } from 'node:tty'
import type { Sent } from './line-sender.ts'

/** What stdout is: `journal` takes `<N>` before each line as its priority (sd-daemon(3)). */
export type StdoutKind = 'terminal' | 'journal' | 'plain'

/** JOURNAL_STREAM alone proves nothing, it is inherited; it counts when it names the very stream at fd 1. */
export function stdoutKind(env: NodeJS.ProcessEnv): StdoutKind {
  if (isatty(stdoutFd)) return 'terminal'
  try {
    const { dev, ino } = fstatSync(stdoutFd)
    return env.JOURNAL_STREAM === `${dev}:${ino}` ? 'journal' : 'plain'
  } catch {
    return 'plain'
  }
}

const stdoutFd = 1

/**
 * Writes to stdout without ever waiting for its reader: a full pipe and a stopped terminal are EAGAIN, a closed
 * one is EPIPE. process.stdout would block on a terminal, and keeps the process alive for a pipe that nobody reads.
 */
export class StdoutOutlet {
  readonly #fd: number
  #rest: Buffer = Buffer.alloc(0)
  #closed = false

  constructor(kind: StdoutKind) {
    this.#fd = kind === 'terminal' ? openTerminal() : openStream()
  }

  /** `sent` means taken: what the reader had no room for goes out before the next line. */
  send(line: Buffer): Sent {
    if (this.#closed) return 'EBADF'
    const refusal = this.flush()
    if (refusal !== 'sent') return refusal
    return this.#write(line)
  }

  /** Writes what is left of the last line. */
  flush(): Sent {
    if (this.#closed || this.#rest.length === 0) return 'sent'
    const result = this.#write(this.#rest)
    return this.#rest.length > 0 ? 'EAGAIN' : result
  }

  /** Bytes of a line begun are still to be written. */
  get unfinished(): boolean {
    return this.#rest.length > 0
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    if (this.#fd !== stdoutFd) closeSync(this.#fd)
  }

  #write(bytes: Buffer): Sent {
    try {
      const written = writeSync(this.#fd, bytes)
      this.#rest = bytes.subarray(written)
      return 'sent'
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'EIO'
      // A new reader of a broken pipe must not get the tail of a line.
      if (code !== 'EAGAIN') this.#rest = Buffer.alloc(0)
      return code
    }
  }
}

/** An open file of our own: O_NONBLOCK on the inherited one would be the shell's as well. */
function openTerminal(): number {
  try {
    return openSync('/proc/self/fd/1', constants.O_WRONLY | constants.O_NOCTTY | constants.O_NONBLOCK)
  } catch {
    return stdoutFd
  }
}

/** Node makes a pipe or socket at fd 1 non-blocking when process.stdout is first looked at. */
function openStream(): number {
  try {
    if (!process.stdout.listeners('error').includes(ignore)) process.stdout.on('error', ignore)
  } catch {
    // No usable fd 1: writes say so.
  }
  return stdoutFd
}

function ignore(): void {}
