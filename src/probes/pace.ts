import type { ProbeResult } from '../core/role.ts'
import type { CheckSettings } from '../core/settings.ts'

type PaceTiming = Pick<CheckSettings, 'intervalMs' | 'fastIntervalMs' | 'rise'>

/**
 * How often a check is probed: by `fastIntervalMs` from the first answer that is missing or later than that, until
 * `rise` answers in a row have come in time; by `intervalMs` otherwise.
 */
export class Pace {
  #answersWanted = 0

  constructor(private readonly timing: PaceTiming) {}

  get isFast(): boolean {
    return this.timing.fastIntervalMs !== undefined && this.#answersWanted > 0
  }

  /** From the start of one probe to the start of the next. */
  get intervalMs(): number {
    const { intervalMs, fastIntervalMs = intervalMs } = this.timing
    return this.isFast ? fastIntervalMs : intervalMs
  }

  /** An answer has not come within the fast interval. */
  noteLate(): void {
    this.#answersWanted = this.timing.rise
  }

  /** A probe that could not be made says nothing of the master, and leaves the pace as it is. */
  note({ outcome, ms }: ProbeResult): void {
    if (outcome === 'inconclusive') return
    const isInTime = outcome === 'answered' && ms <= (this.timing.fastIntervalMs ?? ms)
    if (isInTime) this.#answersWanted = Math.max(0, this.#answersWanted - 1)
    else this.noteLate()
  }
}
