import { durationText } from './duration.ts'
import { type Mode, portsOf, type Severity } from './role.ts'

/** A line for the log about one relay. */
export interface Line {
  readonly severity: Severity
  readonly text: string
  /** Set on the one line of a real change. */
  readonly switchedTo?: Mode
}

/** A relay was driven and read back. `tookMs`: since the order; null: nobody knows. */
export function switchedLine(name: string, mode: Mode, tookMs: number | null): Line {
  const took = tookMs === null ? '' : ` in ${Math.round(tookMs)} ms`
  return {
    severity: 'notice',
    switchedTo: mode,
    text: `switched ${name} to mode=${mode} (${portsOf(mode)})${took}`,
  }
}

/** A relay was found switched by another hand, and nothing has to be done about it. */
export function foundLine(name: string, mode: Mode, how: string): Line {
  return { severity: 'warning', text: `drift: ${name} reads mode=${mode} (${portsOf(mode)}), ${how}` }
}

/** A relay was found elsewhere. `waitMs` 0: it is put right at once. */
export function driftLine(name: string, mode: Mode, wanted: Mode, waitMs: number): Line {
  const when = waitMs === 0 ? 'putting it right' : `waiting ${durationText(waitMs)} before it is put right`
  const text = `drift: ${name} reads mode=${mode} (${portsOf(mode)}), wanted mode=${wanted}: ${when}`
  return { severity: 'warning', text }
}

/** The device was not kicked for its interval and has set mode 0 by itself. */
export function trippedLine(name: string): Line {
  return { severity: 'error', text: `watchdog: ${name} tripped: the device has moved the lines by itself` }
}
