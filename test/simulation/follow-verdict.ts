import type { CheckSettings, Settings } from '../../src/core/settings.ts'
import type { Fact } from './facts.ts'

/** Counts the results of the checks apart from the daemon, by the words of the contract. */
export interface CheckCount {
  outcome: 'answered' | 'failed' | 'inconclusive'
  inARow: number
  verdict: 'up' | 'down' | 'unknown'
}

export class VerdictCount {
  readonly #counts = new Map<string, CheckCount>()
  /** Since when every required check is up. */
  upSince: number | null = null

  /** `now` in milliseconds; `settings` those that are in force. */
  hear(fact: Fact, settings: Settings | null, now: number): void {
    if (fact.is === 'born' || (fact.is === 'line' && fact.text.startsWith('isolated: over'))) {
      this.#counts.clear()
      this.upSince = null
    }
    if (fact.is !== 'probed') return
    const check = settings?.checks.find(({ name }) => name === fact.check)
    const count = this.#counts.get(fact.check) ?? { outcome: fact.outcome, inARow: 0, verdict: 'unknown' }
    this.#counts.set(fact.check, count)
    count.inARow = count.outcome === fact.outcome ? count.inARow + 1 : 1
    count.outcome = fact.outcome
    if (!check) return
    if (fact.outcome === 'answered' && count.inARow >= check.rise) count.verdict = 'up'
    if (fact.outcome === 'failed' && count.inARow >= check.fall) count.verdict = 'down'
    if (fact.outcome === 'inconclusive' && count.inARow >= check.fall) count.verdict = 'unknown'
    const up = settings?.checks.every(
      ({ name, required }) => !required || this.#counts.get(name)?.verdict === 'up',
    )
    this.upSince = up ? (this.upSince ?? now) : null
  }

  verdictOf(check: string): string | undefined {
    return this.#counts.get(check)?.verdict
  }

  /** The required check that has failed `fall` times in a row since its last success. */
  failing(settings: Settings): CheckSettings | undefined {
    return settings.checks.find(({ name, required, fall }) => {
      const count = this.#counts.get(name)
      return required && count?.outcome === 'failed' && count.inARow >= fall
    })
  }
}
