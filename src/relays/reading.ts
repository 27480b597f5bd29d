import type { DeviceReply, Reading } from '../berofos/device.ts'
import { applyReading, unread } from '../core/relay/convergence.ts'
import type { DeviceWants } from '../core/relay/device-wants.ts'
import { unansweredLine } from '../core/relay/relay-lines.ts'
import type { Outcome } from '../core/relay/relay-outcome.ts'
import type { RelayState } from '../core/relay/relay-state.ts'
import type { Mode, Moment, Watchdog } from '../core/role.ts'
import type { Clock } from '../system/clock.ts'
import type { RelayOptions } from './options.ts'
import type { WatchdogKicker } from './watchdog-kicker.ts'

/** A page that is odd in another way at each reading is warned of so often and no more. */
const oddAgainMs = 600_000

/** What is to be warned of in the readings of one relay, each thing once. */
export class PageWarnings {
  /** Settings that high availability does not want, as last read, a sentence each. */
  boot: readonly string[] = []
  private odd: { readonly text: string; readonly at: number } | null = null

  constructor(
    private readonly wants: DeviceWants,
    private readonly clock: Pick<Clock, 'mono'>,
  ) {}

  /** What is new: once for each set of boot settings that HA does not want, and for an odd page. */
  news({ values, warning }: Reading): string[] {
    const boot = bootWarnings(values, this.wants)
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
 * What a device would do at its next boot that HA does not want; `doctor --fix` corrects it.
 * @param values keyword → value as read; a keyword that the firmware does not show is not judged
 */
function bootWarnings(values: Readonly<Record<string, string>>, { wdog, ...wanted }: DeviceWants): string[] {
  const who = wdog === '1' ? 'this site' : 'HA'
  return Object.entries(wanted)
    .filter(([keyword, value]) => (values[keyword] ?? value) !== value)
    .map(
      ([keyword, value]) =>
        `${keyword}=${values[keyword]}, ${who} needs ${value}: run 'berofosd doctor --fix'`,
    )
}

/**
 * A trip shows in the state, in the switch, or in both: firmwares differ. `watchdogKept`: it is meant to be on, so
 * that the state alone tells of a trip.
 */
function watchdogOf(
  wdog: string | undefined,
  state: string | undefined,
  watchdogKept = false,
): Watchdog | null {
  if (watchdogKept && state === '2') return 2
  if (wdog === '0') return 0
  if (wdog === '2' || (wdog === '1' && state === '2')) return 2
  return wdog === '1' ? 1 : null
}

/** Why a page that was read is no answer; goes on after the relay's name. */
export const showsNoMode = 'its config.txt shows no mode'

/** null: it is not shown. */
export function modeOf(value: string | undefined): Mode | null {
  return value === '1' ? 1 : value === '0' ? 0 : null
}

interface Judging extends Pick<RelayOptions, 'line'> {
  readonly now: Moment
  /** When the reading began. */
  readonly begunAt: number
  readonly kicker: WatchdogKicker | null
  readonly pageWarnings: PageWarnings
}

/** What a reading, or none, makes of a relay. */
export function judgeReading(
  reply: DeviceReply<Reading>,
  state: RelayState,
  { now, begunAt, kicker, pageWarnings, line }: Judging,
): Outcome {
  if (!reply.ok) return unread(state, now.mono, reply.error)
  const { mode, wdog, wdogstate } = reply.value.values
  const read = modeOf(mode)
  if (read === null) return unread(state, now.mono, { code: 'garbage', text: showsNoMode })
  for (const text of pageWarnings.news(reply.value))
    line({ severity: 'warning', text: `${state.name}: ${text}` }, state.name)
  const outcome = applyReading(state, now, {
    mode: read,
    wdog: watchdogOf(wdog, wdogstate, kicker !== null),
    ...(kicker && { lapsed: kicker.mayHaveTripped }),
  })
  if (kicker && read === 1) kicker.soundAt = begunAt
  return kicker && outcome.tripped ? tripOutcome(outcome, state, kicker) : outcome
}

/** What else is known of a device that has bypassed by itself. */
function tripOutcome(outcome: Outcome, { name, error }: RelayState, kicker: WatchdogKicker): Outcome {
  const { soundAt } = kicker
  const silentMs = kicker.takeSilence()
  if (silentMs === null) return { ...outcome, soundAt }
  const lines = [...outcome.lines, unansweredLine(name, silentMs)]
  return { ...outcome, soundAt, unheard: error === null, lines }
}
