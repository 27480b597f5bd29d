import { isFailing } from './rise-fall.ts'
import type { Moment } from './role.ts'
import type { Settings } from './settings.ts'
import type { State } from './state.ts'

/** What a row of the policy's tables is asked about: what is configured, what is known, and what time it is. */
export interface Situation {
  readonly settings: Settings
  readonly state: State
  readonly now: Moment
  /** When the failback window opens next, for what people read; null, absent: not known. */
  readonly windowOpensWall?: number | null
}

/**
 * The lines are at a master that is down and keeps failing. All of it: the role is master; a required check that was up
 * once is down and still failing, `fall` times in a row at least (one that is down may be on its way up); and the latest
 * failure is of a probe that was begun since the end of what kept the checks from deciding (paused, forced, passive,
 * unconfigured), since one from before may be older than the recovery of the master, or of the network.
 */
export function isMasterLost({ settings, state }: Omit<Situation, 'now'>): boolean {
  return state.role === 'master' && isFailing(settings.checks, state.checks, state.lastInactiveAt)
}

/** The lines are to move to the slave, and nothing has happened to any of them yet. */
export function isFailoverNotStarted({ move }: State): boolean {
  return move !== null && move.to === 'slave' && move.event !== 'called-off' && !move.begun
}
