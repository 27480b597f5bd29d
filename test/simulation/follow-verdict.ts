import { isDeepStrictEqual } from 'node:util'
import { isProven, type Proven, withProven } from '../../src/core/proven.ts'
import type { CheckSettings, Settings } from '../../src/core/settings.ts'
import { worstCaseDetectionMs } from '../../src/core/worst-case.ts'
import type { Fact } from './facts.ts'

/** Counts the results of the checks apart from the daemon, by the words of the contract. */
interface CheckCount {
  answers: number
  /** When each failure came since the latest answer. */
  failures: number[]
  inconclusive: number
  verdict: 'up' | 'down' | 'unknown'
  /** As it was asked: a reload that changes it begins anew. */
  check: CheckSettings | undefined
}

export class VerdictCount {
  readonly #counts = new Map<string, CheckCount>()
  /** What was up once, and null once the state directory was lost: then all count as proven. */
  #proven: Proven = []
  /** Since when every required check is up. */
  upSince: number | null = null

  /** `now` in milliseconds; `settings` those that are in force. */
  hear(fact: Fact, settings: Settings | null, now: number): void {
    if (fact.is === 'born' || (fact.is === 'line' && fact.text.startsWith('isolated: over'))) {
      this.#counts.clear()
      this.upSince = null
    }
    if (fact.is === 'forgot') this.#proven = null
    if (fact.is !== 'probed') return
    const check = settings?.checks.find(({ name }) => name === fact.check)
    const unwatched: CheckCount = { answers: 0, failures: [], inconclusive: 0, verdict: 'unknown', check }
    const known = this.#counts.get(fact.check)
    const count = known && isDeepStrictEqual(known.check, check) ? known : unwatched
    this.#counts.set(fact.check, count)
    if (check) countFact(count, fact.outcome, check, now)
    if (check && count.verdict === 'up') this.#proven = withProven(this.#proven, check)
    if (check && count.verdict === 'down' && !isProven(this.#proven, check)) count.verdict = 'unknown'
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
      return required && count?.verdict === 'down' && count.failures.length >= fall
    })
  }
}

function countFact(
  count: CheckCount,
  outcome: Extract<Fact, { is: 'probed' }>['outcome'],
  check: CheckSettings,
  now: number,
): void {
  count.failures = count.failures.filter(at => now - at <= 2 * worstCaseDetectionMs(check))
  count.inconclusive = outcome === 'inconclusive' ? count.inconclusive + 1 : 0
  if (count.inconclusive >= check.fall) count.verdict = 'unknown'
  if (outcome === 'answered') {
    count.answers += 1
    count.failures = []
    if (count.answers >= check.rise) count.verdict = 'up'
  }
  if (outcome === 'failed') {
    count.answers = 0
    count.failures.push(now)
    if (count.failures.length >= check.fall) count.verdict = 'down'
  }
}
