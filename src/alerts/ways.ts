import type { AlertSettings } from '../core/alert-settings.ts'
import { durationText } from '../core/duration.ts'
import type { Clock } from '../system/clock.ts'
import type { CommandOptions, CommandResult } from '../system/run-command.ts'
import { mailOf, refreshMs, requestOf } from './forms.ts'
import { environmentOf, jsonOf, type Message } from './message.ts'
import { hostOf, type Senders, type Sent } from './sending.ts'

export const wayNames = ['command', 'url', 'mail'] as const
export type WayName = (typeof wayNames)[number]

/** One configured way of telling. */
export interface Way {
  readonly name: WayName
  /** For people, without a secret: `mail through 127.0.0.1:25`. */
  readonly title: string
  /** While a finding lasts it is told again after so long; 0: never. */
  readonly repeatMs: number
  /** One try. Never rejects. */
  readonly send: (message: Message, signal: AbortSignal) => Promise<Sent>
}

export interface WayParts {
  readonly clock: Clock
  readonly senders: Senders
  readonly run: (options: CommandOptions) => Promise<CommandResult>
  /** A line that the command printed. */
  readonly printed: (line: string) => void
}

/** A command that asks somebody else may wait for him; a deadline ends it with its children. */
const commandMs = 30_000

/** The ways that are set, in the order of the file's keys. */
export function waysOf(settings: AlertSettings, parts: WayParts): Way[] {
  return [commandWay(settings, parts), urlWay(settings, parts), mailWay(settings, parts)].filter(
    way => way !== null,
  )
}

function commandWay(
  { command: line, repeatMs }: AlertSettings,
  { run, clock, printed }: WayParts,
): Way | null {
  if (line === null) return null
  const send: Way['send'] = async (message, signal) => {
    const input = `${jsonOf(message)}\n`
    const env = environmentOf(message)
    return sentBy(await run({ line, env, input, timeoutMs: commandMs, clock, signal, onLine: printed }))
  }
  return { name: 'command', title: 'the command', repeatMs, send }
}

function sentBy(result: CommandResult): Sent {
  switch (result.outcome) {
    case 'exited':
      return result.code === 0
        ? { ok: true }
        : { ok: false, why: `exit status ${result.code}`, refused: true }
    case 'killed':
      return { ok: false, why: `killed by ${result.signal}` }
    case 'late':
      return { ok: false, why: `killed after ${durationText(commandMs)}`, refused: true }
    case 'cannot':
      return { ok: false, why: result.reason }
  }
}

function urlWay(settings: AlertSettings, { senders, clock }: WayParts): Way | null {
  const { url, format, repeatMs } = settings
  if (url === null) return null
  return {
    name: 'url',
    title: `${hostOf(url)} (${format})`,
    repeatMs: format === 'alertmanager' ? refreshMs : repeatMs,
    send: (message, signal) => senders.http(requestOf(message, { ...settings, url }), clock, signal),
  }
}

function mailWay(settings: AlertSettings, { senders, clock }: WayParts): Way | null {
  const { mailTo, smtp, repeatMs } = settings
  if (mailTo.length === 0) return null
  const server = smtp.host.includes(':') ? `[${smtp.host}]:${smtp.port}` : `${smtp.host}:${smtp.port}`
  return {
    name: 'mail',
    title: `mail through ${server}`,
    repeatMs,
    send: (message, signal) => senders.mail(mailOf(message, settings), clock, signal),
  }
}
