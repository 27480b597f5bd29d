import { connect } from 'node:net'
import { LineSplitter } from '../net/lines.ts'
import { msText } from '../net/printable.ts'
import type { Clock } from '../system/clock.ts'

interface TalkOptions {
  readonly clock: Clock
  /** Longest silence, from connecting on; each line that arrives starts it anew. */
  readonly silenceMs: number
  /** Hears what the daemon tells, and after a second without a line that it is waited for. */
  readonly progress?: (text: string) => void
}

/** The longest answer in memory; a thousand entries of the history take a twentieth. */
const longestLine = 4 * 1024 * 1024

const patientMs = 1000

/** nobody: no daemon there, or one that idles and holds no relay · denied: no permission · silent: a daemon that hangs · broken: one that does not answer as it should. */
export type TalkResult =
  | {
      readonly outcome: 'answered'
      readonly reply: { readonly ok: boolean; readonly [part: string]: unknown }
    }
  /** `idle`: a daemon is there, and holds no relay. */
  | {
      readonly outcome: 'nobody' | 'denied' | 'silent' | 'broken'
      readonly error: string
      readonly idle?: true
    }

/** The stamp of an order that no one waits for after `silenceMs`: a daemon that stood still must not carry it out. */
export function sentNow({ clock, silenceMs }: Pick<TalkOptions, 'clock' | 'silenceMs'>) {
  return { at: clock.wall(), withinMs: silenceMs }
}

/** Asks the daemon one thing. Never throws; leaves nothing open. */
export function talk(path: string, request: object, options: TalkOptions): Promise<TalkResult> {
  return new Promise(resolve => {
    const socket = connect(path)
    const splitter = new LineSplitter(longestLine)
    const end = (result: TalkResult) => {
      timer.cancel()
      impatience.cancel()
      socket.destroy()
      resolve(result)
    }
    const silent = () =>
      end({ outcome: 'silent', error: `${path}: no answer in ${msText(options.silenceMs)}` })
    let timer = options.clock.after(options.silenceMs, silent)
    const impatience = options.clock.after(patientMs, () => options.progress?.('waiting for the daemon'))
    socket.setEncoding('utf8')
    socket.on('connect', () => socket.write(`${JSON.stringify(request)}\n`))
    socket.on('error', (error: NodeJS.ErrnoException) => end(failure(path, error)))
    socket.on('close', () => end({ outcome: 'broken', error: `${path}: closed without an answer` }))
    socket.on('data', (chunk: string) => {
      const lines = splitter.push(chunk)
      if (splitter.isCut) return end({ outcome: 'broken', error: `${path}: an answer longer than 4 MiB` })
      if (lines.length === 0) return
      timer.cancel()
      impatience.cancel()
      timer = options.clock.after(options.silenceMs, silent)
      for (const line of lines) {
        const value = parse(line)
        if (value === null) return end({ outcome: 'broken', error: `${path}: not an answer of berofosd` })
        if (typeof value.progress === 'string') options.progress?.(value.progress)
        else if (value.idle === true)
          return end({ outcome: 'nobody', error: `${path}: ${value.error}`, idle: true })
        else return end({ outcome: 'answered', reply: { ...value, ok: value.ok === true } })
      }
    })
  })
}

function failure(path: string, error: NodeJS.ErrnoException): TalkResult {
  if (error.code === 'EACCES' || error.code === 'EPERM')
    return {
      outcome: 'denied',
      error: `${path}: permission denied: be root or in the group berofosd-operator`,
    }
  if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED' || error.code === 'ENOTSOCK')
    return { outcome: 'nobody', error: `no daemon answers on ${path}` }
  return { outcome: 'broken', error: `${path}: ${error.code ?? error.message}` }
}

function parse(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}
