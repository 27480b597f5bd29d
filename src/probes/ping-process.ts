import { type ChildProcess, spawn } from 'node:child_process'
import { codeOf } from '../net/error-texts.ts'
import { LineSplitter } from '../net/lines.ts'
import { firstLine } from '../net/printable.ts'
import { type PingLine, parsePingLine, tellsOfHost } from './ping-output.ts'

/** One `ping` under way. It dies by itself when nobody reads it any more: its next line meets a closed pipe. */
interface PingProcess {
  /** Ends it for certain. `ended` tells when it is gone. */
  kill(): void
  readonly ended: Promise<PingEnd>
}

export interface PingEnd {
  /** Exit status: 0 answers came, 1 none, 2 could not ask; null: killed, or never started. */
  readonly status: number | null
  /** It began to ask. Another ping than that of iputils, which does not know our options, does not. */
  readonly hasAsked: boolean
  /** Why this ping could not go on asking, in a few words. */
  readonly cause: string
  /** What that says of the host. */
  readonly outcome: 'failed' | 'inconclusive'
}

/** What ping's absence or refusal means, and its cure. */
const spawnErrors: Readonly<Record<string, string>> = {
  ENOENT: 'ping is not installed: install iputils-ping',
  EACCES: 'ping may not be executed by this user',
  EPERM: 'ping may not be executed: the service needs CAP_NET_RAW',
}

/** First and last of what iputils, inetutils and busybox say alike. */
const asking = /^PING |^\d+ packets transmitted/

/** The last line by which ping speaks for itself, else the first: busybox and inetutils print their usage after it. */
function tellingLines(lines: readonly string[]): string[] {
  const filled = lines.filter(Boolean)
  return [filled.findLast(line => /^ping6?: /.test(line)) ?? filled[0] ?? ''].filter(Boolean)
}

/** busybox and inetutils lack options that a watch needs. */
function withCure(cause: string): string {
  const isOther = /(invalid|unrecognized|unknown|bad) (option|number|value|argument)/i.test(cause)
  return isOther ? `${cause} (not the ping of iputils: install iputils-ping)` : cause
}

/** Longest line that is looked at; ping's have fewer than 200 characters. */
const lineMaxChars = 4096

/** Starts the `ping` of PATH. Never throws: what goes wrong is in `ended`. */
export function startPing(args: readonly string[], onLine: (line: PingLine) => void): PingProcess {
  // LC_ALL: the lines are parsed. Nothing else of the environment is ping's business.
  const env = { PATH: process.env.PATH ?? '/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C' }
  try {
    return watch(spawn('ping', args, { env, stdio: ['ignore', 'pipe', 'pipe'] }), onLine)
  } catch (error) {
    // spawn reports some errors by throwing, EPERM and ENOMEM among them.
    return { kill: () => {}, ended: Promise.resolve(neverStarted(error)) }
  }
}

function watch(child: ChildProcess, onLine: (line: PingLine) => void): PingProcess {
  let hasAsked = false
  const said: string[] = []
  readLines(child.stdout, text => {
    hasAsked ||= asking.test(text)
    onLine(parsePingLine(text))
  })
  readLines(child.stderr, text => {
    said.splice(0, said.length, ...tellingLines([...said, firstLine(text)]))
    onLine(parsePingLine(text))
  })
  const ended = new Promise<PingEnd>(resolve => {
    child.once('error', error => resolve(neverStarted(error)))
    child.once('close', (status, signal) => {
      const [cause = `ping ended (${signal ?? `exit ${status}`})`] = said
      const outcome = tellsOfHost(cause) ? 'failed' : 'inconclusive'
      // The check is called ping as well: once is enough.
      resolve({ status, hasAsked, cause: withCure(cause.replace(/^ping6?: /, '')), outcome })
    })
  })
  const kill = () => {
    child.kill('SIGKILL')
    // A child of a wrapper script may hold the pipes; without this, `ended` would wait for it.
    child.stdout?.destroy()
    child.stderr?.destroy()
  }
  return { kill, ended }
}

/** Of a line longer than `lineMaxChars` the rest is dropped. */
function readLines(stream: NodeJS.ReadableStream | null, onLine: (text: string) => void): void {
  const splitter = new LineSplitter(lineMaxChars)
  stream?.setEncoding('latin1').on('data', (piece: string) => splitter.push(piece).forEach(onLine))
  stream?.on('error', () => {})
}

function neverStarted(error: unknown): PingEnd {
  const code = codeOf(error)
  const cause = spawnErrors[code] ?? `ping cannot be started (${code || 'unknown error'})`
  return { status: null, hasAsked: false, cause, outcome: 'inconclusive' }
}
