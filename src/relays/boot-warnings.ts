import { modeFor } from '../core/role.ts'

/**
 * What a device would do at its next boot that HA does not want; `doctor --fix` mends it.
 * @param values keyword → value as read; a keyword that the firmware does not show is not judged
 */
export function bootWarnings(values: Readonly<Record<string, string>>, invert: boolean): string[] {
  const wanted = { wdogdef: '0', modedef: String(modeFor('master', invert)), scenario: '0' }
  return Object.entries(wanted)
    .filter(([keyword, value]) => (values[keyword] ?? value) !== value)
    .map(
      ([keyword, value]) => `${keyword}=${values[keyword]}, HA needs ${value}: run 'berofosd doctor --fix'`,
    )
}
