import type { Moment, ProbeResult } from '../../src/core/role.ts'
import type { CheckSettings, Settings } from '../../src/core/settings.ts'

/** One check, counted from its results alone. */
export interface Watched {
  readonly failed: number
  readonly answered: number
  readonly cannot: number
  /** `fall` failures in a row, and not `rise` answers in a row since. */
  readonly fell: boolean
  readonly up: boolean
  readonly at: number
}

interface Watching {
  readonly checks: Readonly<Record<string, Watched>>
}

/** `stalled`: nobody was watching for longer than a probe takes, which is a break. */
export function countResult(
  last: Watched | undefined,
  check: CheckSettings,
  { outcome }: ProbeResult,
  { mono }: Moment,
): { watched: Watched; stalled: boolean } {
  const count = (counted: string, was = 0) => (outcome === counted ? was + 1 : 0)
  const failed = count('failed', last?.failed)
  const answered = count('answered', last?.answered)
  const cannot = count('inconclusive', last?.cannot)
  const decided = failed >= check.fall || answered >= check.rise || cannot >= check.fall
  const fell = decided ? failed >= check.fall : (last?.fell ?? false)
  const up = decided ? answered >= check.rise : (last?.up ?? false)
  const stalled = !last || mono - last.at > check.intervalMs + check.timeoutMs + 1000
  return { watched: { failed, answered, cannot, fell, up, at: mono }, stalled }
}

/** The master goes down and up with its checks, as far as they were heard. */
export function isDown({ checks }: Watching, settings: Settings): boolean {
  return required(settings).some(check => checks[check.name]?.fell)
}

/** A required check has failed `fall` times in a row, and has not answered since. */
export function isFailing({ checks }: Watching, settings: Settings): boolean {
  return required(settings).some(check => (checks[check.name]?.failed ?? 0) >= check.fall)
}

export function isUp({ checks }: Watching, settings: Settings): boolean {
  const deciding = required(settings)
  return deciding.length > 0 && deciding.every(check => checks[check.name]?.up)
}

/** Every required check's latest results are answers, enough of them in a row. */
export function isAnswering({ checks }: Watching, settings: Settings): boolean {
  return required(settings).every(check => (checks[check.name]?.answered ?? 0) >= check.rise)
}

export function required({ checks }: Settings): CheckSettings[] {
  return checks.filter(check => check.required)
}
