/** error: someone has to look now · warning: not as it should be · notice: worth knowing, changes nothing. */
export type FindingSeverity = 'error' | 'warning' | 'notice'

/** Every code with its severity, in the order in which findings of one severity are shown. */
export const findingSeverities = {
  isolated: 'error',
  'failover-impossible': 'error',
  'relay-unconfirmed': 'error',
  'relay-told': 'error',
  'relay-drifts': 'error',
  'relay-identity': 'error',
  'watchdog-tripped': 'error',
  'state-unsaved': 'error',
  'undo-missing': 'error',
  'files-invalid': 'error',
  'decision-failed': 'error',
  unconfigured: 'warning',
  passive: 'warning',
  paused: 'warning',
  override: 'warning',
  'at-slave': 'warning',
  flapping: 'warning',
  'failback-held': 'warning',
  'check-failing': 'warning',
  'check-unproven': 'warning',
  'watchdog-on': 'warning',
  'hook-failed': 'warning',
  'state-lost': 'warning',
  'role-adopted': 'warning',
  'log-lost': 'warning',
  'alert-undelivered': 'warning',
  'other-program': 'warning',
  'relay-hostless': 'warning',
  settings: 'notice',
  'master-stood-still': 'notice',
  'check-optional-down': 'notice',
} as const satisfies Readonly<Record<string, FindingSeverity>>

export type FindingCode = keyof typeof findingSeverities
export const findingCodes = Object.keys(findingSeverities) as readonly FindingCode[]

/** One thing that is not as it should be, as `status --json` names it. */
export interface Finding {
  readonly code: FindingCode
  readonly severity: FindingSeverity
  /** When it was first found without a break, ISO 8601 UTC. */
  readonly since: string
  /** One plain sentence, with the cure. */
  readonly text: string
}

/** Normal: no finding is an error or a warning; notices change nothing. */
export function isNormal(findings: readonly Pick<Finding, 'severity'>[]): boolean {
  return findings.every(({ severity }) => severity === 'notice')
}
