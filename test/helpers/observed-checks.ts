import { checkTarget } from '../../src/core/proven.ts'
import type { Moment, ProbeResult } from '../../src/core/role.ts'
import type { CheckSettings, Settings } from '../../src/core/settings.ts'
import type { StoredState } from '../../src/core/stored-state.ts'
import { worstCaseDetectionMs } from '../../src/core/worst-case.ts'

/** One check, counted from its results alone. */
export interface Watched {
  /** When each failure came since the latest answer. */
  readonly failures: readonly number[]
  /** When the probe was begun that failed last. */
  readonly begun: number
  readonly answered: number
  /** Inconclusive results since the latest other one. */
  readonly inconclusive: number
  /** `fall` failures in a row, and not `rise` answers in a row since. */
  readonly fell: boolean
  readonly up: boolean
  readonly results: number
  readonly at: number
}

interface Watching {
  readonly checks: Readonly<Record<string, Watched>>
}

const unwatched: Watched = {
  failures: [],
  begun: 0,
  answered: 0,
  inconclusive: 0,
  fell: false,
  up: false,
  results: 0,
  at: 0,
}

/** `stalled`: nobody was watching for longer than a probe takes, which is a break. */
export function countResult(
  last: Watched | undefined,
  check: CheckSettings,
  { outcome, ms }: ProbeResult,
  { mono }: Moment,
  proven: boolean,
): { watched: Watched; stalled: boolean } {
  const before = last ?? unwatched
  const fresh = before.failures.filter(at => mono - at <= 2 * worstCaseDetectionMs(check))
  const failures = { answered: [], failed: [...fresh, mono], inconclusive: fresh }[outcome]
  const begun = outcome === 'failed' ? mono - ms : before.begun
  const answered = { answered: before.answered + 1, failed: 0, inconclusive: before.answered }[outcome]
  const inconclusive = outcome === 'inconclusive' ? before.inconclusive + 1 : 0
  const fell = proven && outcome === 'failed' && failures.length >= check.fall
  const rose = outcome === 'answered' && answered >= check.rise
  const decided = fell || rose || inconclusive >= check.fall
  const verdict = decided ? { fell, up: rose } : { fell: before.fell, up: before.up }
  const stalled = !last || mono - last.at > check.intervalMs + check.timeoutMs + 1000
  return {
    watched: { failures, begun, answered, inconclusive, ...verdict, results: before.results + 1, at: mono },
    stalled,
  }
}

/** The master goes down and up with its checks, as far as they were heard. */
export function isDown({ checks }: Watching, settings: Settings): boolean {
  return required(settings).some(check => checks[check.name]?.fell)
}

/** A required check is down: it failed `fall` times in a row, the last of them by a probe begun at `since` or later, and has not answered since. */
export function isFailing(
  { checks }: Watching,
  settings: Settings,
  since = Number.NEGATIVE_INFINITY,
): boolean {
  return required(settings).some(check => {
    const { fell, failures, begun } = checks[check.name] ?? unwatched
    return fell && failures.length >= check.fall && begun >= since
  })
}

export function isUp({ checks }: Watching, settings: Settings): boolean {
  const deciding = required(settings)
  return deciding.length > 0 && deciding.every(check => checks[check.name]?.up)
}

/** Every required check's latest results are answers, enough of them in a row. */
export function isAnswering({ checks }: Watching, settings: Settings): boolean {
  return required(settings).every(check => {
    const { answered, inconclusive } = checks[check.name] ?? unwatched
    return answered >= check.rise && inconclusive === 0
  })
}

export function required({ checks }: Settings): CheckSettings[] {
  return checks.filter(check => check.required)
}

/** The master is up as far as those checks tell that were ever up; the others were tried often enough. */
export function isBack(
  watching: Watching & { readonly proven: readonly string[] },
  settings: Settings,
): boolean {
  const telling = settings.checks.filter(
    ({ name, fall }) => watching.proven.includes(name) || (watching.checks[name]?.results ?? 0) < fall,
  )
  return isUp(watching, { ...settings, checks: telling })
}

/** Names of the checks that a former run has seen up. */
export function provenBefore({ checks }: Settings, stored: StoredState | null): string[] {
  return checks.filter(check => stored?.proven?.includes(checkTarget(check))).map(({ name }) => name)
}
