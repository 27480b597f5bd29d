import { ageText } from '../duration.ts'
import { type Mode, portsOf, type Severity } from '../role.ts'

/** A line for the log about one relay. */
export interface RelayLine {
  readonly severity: Severity
  readonly text: string
  /** Another hand has switched the relay. */
  readonly isDrift?: true
  /** Another device answers in its place. */
  readonly isStranger?: true
  /** Set on the one line of a real change. */
  readonly switchedTo?: Mode
}

/** Why a device is not driven; goes on after its name. */
export const noHost = 'bnfos.conf has no host for it'

/** A relay was driven and read back. `tookMs`: since the order; null: nobody knows. */
export function switchedLine(name: string, mode: Mode, tookMs: number | null): RelayLine {
  const took = tookMs === null ? '' : ` in ${Math.round(tookMs)} ms`
  return {
    severity: 'notice',
    switchedTo: mode,
    text: `switched ${name} to mode=${mode} (${portsOf(mode)})${took}`,
  }
}

/** A relay was found switched by another hand, and nothing has to be done about it. */
export function foundLine(name: string, mode: Mode, how: string): RelayLine {
  const text = `drift: ${name} reads mode=${mode} (${portsOf(mode)}), ${how}`
  return { severity: 'warning', isDrift: true, text }
}

/** A relay was found elsewhere. `waitMs` 0: it is corrected at once. */
export function driftLine(name: string, mode: Mode, wanted: Mode, waitMs: number): RelayLine {
  const when =
    waitMs === 0
      ? 'correcting it'
      : `waiting ${ageText(Math.ceil(waitMs / 1000) * 1000)} before it is corrected`
  const text = `drift: ${name} reads mode=${mode} (${portsOf(mode)}), wanted mode=${wanted}: ${when}`
  return { severity: 'warning', isDrift: true, text }
}

/** Why a device has tripped that was kicked. */
export function unansweredLine(name: string, silentMs: number): RelayLine {
  const why = `has answered no kick for ${ageText(silentMs)} until it bypassed its lines`
  const cure = 'check UDP port 50123 to it, and its "mac" in bnfos.conf'
  return { severity: 'error', text: `${name}: ${why}: ${cure}` }
}

/** The device was not kicked for its interval and has set mode 0 by itself. */
export function trippedLine(name: string): RelayLine {
  return { severity: 'error', text: `watchdog: ${name} tripped: the device has moved the lines by itself` }
}
