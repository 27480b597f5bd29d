import type { FindingCode, FindingSeverity } from '../core/findings/codes.ts'
import type { Mode, Verdict, Watchdog } from '../core/role.ts'
import type { RoleWord } from '../core/site-words.ts'
import type { MoveEvent, Phase } from '../core/state.ts'

/** The answer to `status`, and what `status --json` prints. Times are ISO 8601 UTC. */
export interface Status {
  readonly version: string
  readonly pid: number
  readonly now: string
  /** This node's own name. */
  readonly node: string
  readonly site: 'pair' | 'bypass'
  readonly role: RoleWord
  readonly since: string
  readonly phase: Phase
  readonly automatic: boolean
  /** Whether a failover could happen now if the master died; at the slave: whether a failback could. */
  readonly possible: boolean
  readonly override: (StatusPause & { readonly role: RoleWord }) | null
  readonly paused: StatusPause | null
  readonly isolated: boolean
  readonly next: string
  /** The worst first; the mark before the headline and the exit status are made from it. */
  readonly findings: readonly StatusFinding[]
  readonly lastMove: StatusMove | null
  readonly master: {
    readonly host: string
    readonly verdict: Verdict
    readonly checks: readonly StatusCheck[]
  }
  readonly relays: readonly StatusRelay[]
}
export interface StatusFinding {
  /** One that this version does not know comes from a daemon of another version. */
  readonly code: FindingCode | (string & {})
  readonly severity: FindingSeverity
  readonly since: string
  readonly text: string
}
export interface StatusMove {
  readonly at: string
  readonly what: MoveEvent
  readonly reason: string
  /** Who gave the order; null: the daemon decided by itself, or it is not known. */
  readonly by: string | null
}
export interface StatusPause {
  readonly since: string
  readonly until: string | null
  readonly reason: string
}
export interface StatusCheck {
  readonly name: string
  readonly type: string
  readonly required: boolean
  readonly verdict: Verdict
  /** Results in the row that decides the verdict, and how many it needs. */
  readonly streak: number
  readonly needed: number
  /** When the first of them came; null: there is none; absent: the daemon is older. */
  readonly since?: string | null
  readonly last: {
    readonly ok: boolean
    readonly ms: number
    readonly at: string
    readonly detail: string
  } | null
}
export interface StatusRelay {
  readonly name: string
  readonly host: string | null
  readonly port: number
  /** What the role wants; while nothing is driven a relay may stay elsewhere. */
  readonly wanted: Mode
  /** As last read in this run; null: not yet. */
  readonly actual: Mode | null
  readonly confirmed: boolean
  /** 2: on and tripped. */
  readonly wdog: Watchdog | null
  readonly at: string | null
  readonly error: string | null
  readonly lastSwitch: string | null
}
