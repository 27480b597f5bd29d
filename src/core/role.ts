/** Words that every module shares. */

/** Which server has the lines. */
export type Role = 'master' | 'slave'

/** What a relay is told: with no `invert`, 1 connects A--B (master), 0 connects A--D (slave). */
export type Mode = 0 | 1

/** A device's own watchdog: 0 off, 1 on, 2 on and tripped, so that the device has moved the lines by itself. */
export type Watchdog = 0 | 1 | 2

/** What the health checks say of the master, or of one check. */
export type Verdict = 'up' | 'down' | 'unknown'

/** Syslog severities in use, by their RFC 5424 names. */
export const severities = ['debug', 'info', 'notice', 'warning', 'error'] as const
export type Severity = (typeof severities)[number]

/** One moment on both clocks: `mono` never steps and decides; `wall` is for people and files. Milliseconds. */
export interface Moment {
  readonly mono: number
  readonly wall: number
}

/** What one probe saw. `inconclusive`: this node was unable to ask, which says nothing of the master. */
export interface ProbeResult {
  readonly outcome: 'answered' | 'failed' | 'inconclusive'
  /** From question to answer, or to giving up. */
  readonly ms: number
  /** A few words without a password: `SIP/2.0 200 OK`, `no answer in 1 s`. */
  readonly detail: string
}

/** The mode that gives the lines to `role`; an inverted device has the master on D. */
export function modeFor(role: Role, invert: boolean): Mode {
  return (role === 'master') !== invert ? 1 : 0
}

/** The role whose lines a mode gives; the reverse of `modeFor`. */
export function roleOf(mode: Mode, invert: boolean): Role {
  return modeFor('master', invert) === mode ? 'master' : 'slave'
}

/** The ports that a mode connects, as the old tools logged it. */
export function portsOf(mode: Mode): 'A--B' | 'A--D' {
  return mode === 1 ? 'A--B' : 'A--D'
}

export function otherRole(role: Role): Role {
  return role === 'master' ? 'slave' : 'master'
}
