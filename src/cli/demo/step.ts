import type { Verdict } from '../../core/role.ts'
import { linesAt as linesAtText, type RoleWord } from '../../core/site-words.ts'
import type { Status } from '../../status/status-json.ts'
import type { End } from './program-process.ts'

/** What is done to begin a step. */
export type Act =
  | { readonly kind: 'start' }
  /** Lines of the virtual site's grammar. */
  | { readonly kind: 'steer'; readonly lines: readonly string[] }
  /** `berofosd ARGS`, as an operator types it. */
  | { readonly kind: 'command'; readonly args: readonly string[] }
  | { readonly kind: 'stop' }
  /** kill -9. */
  | { readonly kind: 'kill' }

export interface Step {
  readonly key: string
  readonly title: string
  readonly act: Act
  /** All at the same time, and still after a while. */
  readonly expect: readonly Expectation[]
  /** From the act until all that is expected is so. */
  readonly deadlineMs: number
}

/** A line of the daemon's log, and when it arrived here. */
export interface SaidLine {
  readonly step: string
  readonly text: string
  readonly atMono: number
}

/** What is known in the middle of a step. */
export interface Sight {
  /** Asked for after the act; null: not answered since. */
  readonly status: Status | null
  /** What the daemon has said in this step. */
  readonly lines: readonly SaidLine[]
  readonly actedAt: number
  /** Real moves of each relay since the beginning, by the devices' own record. */
  readonly moves: readonly number[]
  /** Of this step's command; null: still running, or there is none. */
  readonly command: End | null
  readonly daemon: End | null
}

interface Expectation {
  /** Completes `expected …`. */
  readonly text: string
  readonly holds: (sight: Sight) => boolean
  /** Completes `but …`. */
  readonly instead: (sight: Sight) => string
}

export function linesAt(role: RoleWord): Expectation {
  return ofStatus(
    linesAtText(role),
    s => s.role === role,
    s => linesAtText(s.role),
  )
}

export function daemonIn(phase: Status['phase']): Expectation {
  return ofStatus(
    `phase ${phase}`,
    s => s.phase === phase,
    s => `it is ${s.phase}`,
  )
}

export function automatic(on: boolean): Expectation {
  return ofStatus(
    `automatic failover ${on ? 'on' : 'off'}`,
    s => s.automatic === on,
    () => 'it is not',
  )
}

export function masterIs(verdict: Verdict): Expectation {
  const found = (s: Status) => s.master.verdict
  return ofStatus(
    `the master ${verdict}`,
    s => found(s) === verdict,
    s => `it is ${found(s)}`,
  )
}

/** The lines are there, nothing is under way, and each relay has moved so often. */
export function atRest(
  role: RoleWord,
  relays: readonly string[],
  ...moves: readonly number[]
): Expectation[] {
  return [linesAt(role), daemonIn('steady'), confirmed(...relays), moved(...moves)]
}

/** These relays and no other. */
export function confirmed(...names: readonly string[]): Expectation {
  const found = (s: Status) => s.relays.filter(relay => relay.confirmed).map(({ name }) => name)
  return ofStatus(
    `${names.join(', ')} confirmed`,
    s => found(s).join() === names.join(),
    s => `confirmed are ${found(s).join(', ') || 'none'}`,
  )
}

/** `status` says what is wrong with this relay. */
export function failing(name: string): Expectation {
  const error = (s: Status) => s.relays.find(relay => relay.name === name)?.error ?? null
  return ofStatus(
    `status to say that ${name} fails`,
    s => error(s) !== null,
    () => 'it does not',
  )
}

/** Exactly so many lines of the log that begin and go on like this. */
export function logged(count: number, start: string, part = ''): Expectation {
  const found = ({ lines }: Sight) =>
    lines.filter(({ text }) => text.startsWith(start) && text.includes(part)).length
  return {
    text: `${count} log line${count === 1 ? '' : 's'} "${start}${part && `… ${part}`}"`,
    holds: sight => found(sight) === count,
    instead: sight => `there ${found(sight) === 1 ? 'is' : 'are'} ${found(sight)}`,
  }
}

/** No such line sooner than this after the act. */
export function notBefore(start: string, leastMs: number): Expectation {
  const after = ({ lines, actedAt }: Sight) =>
    (lines.find(({ text }) => text.startsWith(start))?.atMono ?? Number.POSITIVE_INFINITY) - actedAt
  return {
    text: `no "${start}" within ${leastMs} ms`,
    holds: sight => after(sight) >= leastMs,
    instead: sight => `it came after ${Math.round(after(sight))} ms`,
  }
}

export function moved(...times: readonly number[]): Expectation {
  return {
    text: `the relays to have moved ${times.join(', ')} times`,
    holds: ({ moves }) => moves.join() === times.join(),
    instead: ({ moves }) => `they moved ${moves.join(', ')} times`,
  }
}

export const commandDone: Expectation = {
  text: 'the command to succeed',
  holds: ({ command }) => command?.ok === true,
  instead: ({ command }) => (command === null ? 'it is still running' : `it ended with ${command.text}`),
}

export const daemonEnded: Expectation = {
  text: 'the daemon to end with exit status 0',
  holds: ({ daemon }) => daemon?.ok === true,
  instead: ({ daemon }) => (daemon === null ? 'it is still running' : `it ended with ${daemon.text}`),
}

export const daemonKilled: Expectation = {
  text: 'the daemon to be ended by SIGKILL',
  holds: ({ daemon }) => daemon?.text === 'SIGKILL',
  instead: ({ daemon }) => (daemon === null ? 'it is still running' : `it ended with ${daemon.text}`),
}

function ofStatus(
  text: string,
  holds: (status: Status) => boolean,
  instead: (status: Status) => string,
): Expectation {
  return {
    text,
    holds: ({ status }) => status !== null && holds(status),
    instead: ({ status }) => (status === null ? 'the daemon does not answer' : instead(status)),
  }
}
