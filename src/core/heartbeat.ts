import type { Finding } from './findings/codes.ts'
import type { Phase } from './state.ts'

/** What a dead man's switch is told. `fail`: with the reason. */
export interface Beat {
  readonly is: 'well' | 'fail'
  readonly text: string
}

export interface BeatFacts {
  readonly findings: readonly Pick<Finding, 'severity' | 'text'>[]
  readonly phase: Phase
  /** Whether a failover could happen now; at the slave: whether a failback could. */
  readonly possible: boolean
  /** The present state in one line. */
  readonly headline: string
}

/** Whoever ordered these knows that no failover is made. */
const ordered: readonly Phase[] = ['passive', 'paused', 'forced']

/** What is to be told now; null: nothing, since nothing is known yet. An error, that of a state that can't be saved included, is a failure. */
export function beatOf({ findings, phase, possible, headline }: BeatFacts): Beat | null {
  const errors = findings.filter(({ severity }) => severity === 'error')
  const [worst] = errors
  if (worst) {
    const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : ''
    return { is: 'fail', text: worst.text + more }
  }
  if (ordered.includes(phase)) return { is: 'well', text: headline }
  if (phase === 'starting') return null
  if (phase === 'unconfigured') return { is: 'fail', text: `no failover is possible: ${headline}` }
  return possible
    ? { is: 'well', text: headline }
    : { is: 'fail', text: `no failover is possible now: ${headline}` }
}
