import type { Reading } from '../berofos/device.ts'
import { type Mode, modeFor, type Watchdog } from '../core/role.ts'
import type { Clock } from '../system/clock.ts'

/** A page that is odd in another way at each reading is warned of so often and no more. */
const oddAgainMs = 600_000

/** What is to be warned of in the readings of one relay, each thing once. */
export class PageWarnings {
  /** Settings that high availability does not want, as last read, a sentence each. */
  boot: readonly string[] = []
  private odd: { readonly text: string; readonly at: number } | null = null

  constructor(
    private readonly invert: boolean,
    private readonly clock: Pick<Clock, 'mono'>,
  ) {}

  /** What is new: once for each set of boot settings that HA does not want, and for an odd page. */
  news({ values, warning }: Reading): string[] {
    const boot = bootWarnings(values, this.invert)
    const isNews = boot.join() !== this.boot.join()
    this.boot = boot
    return [...(isNews ? boot : []), ...this.oddity(warning)]
  }

  private oddity(warning: string | null): string[] {
    const now = this.clock.mono()
    const { odd } = this
    const isKnown = odd !== null && (odd.text === warning || now - odd.at < oddAgainMs)
    if (warning === null || isKnown) return []
    this.odd = { text: warning, at: now }
    return [warning]
  }
}

/**
 * What a device would do at its next boot that HA does not want; `doctor --fix` mends it.
 * @param values keyword → value as read; a keyword that the firmware does not show is not judged
 */
function bootWarnings(values: Readonly<Record<string, string>>, invert: boolean): string[] {
  const wanted = { wdogdef: '0', modedef: String(modeFor('master', invert)), scenario: '0' }
  return Object.entries(wanted)
    .filter(([keyword, value]) => (values[keyword] ?? value) !== value)
    .map(
      ([keyword, value]) => `${keyword}=${values[keyword]}, HA needs ${value}: run 'berofosd doctor --fix'`,
    )
}

/** A trip shows in the state, in the switch, or in both: firmwares differ. */
export function watchdogOf(wdog: string | undefined, state: string | undefined): Watchdog | null {
  if (wdog === '0') return 0
  if (wdog === '2' || (wdog === '1' && state === '2')) return 2
  return wdog === '1' ? 1 : null
}

/** null: it is not shown. */
export function modeOf(value: string | undefined): Mode | null {
  return value === '1' ? 1 : value === '0' ? 0 : null
}
