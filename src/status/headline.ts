import { isNormal } from '../core/findings/codes.ts'
import type { Role } from '../core/role.ts'
import type { Phase } from '../core/state.ts'
import type { Status } from './wire.ts'

export interface HeadlineParts {
  readonly role: Role
  readonly phase: Phase
  readonly automatic: boolean
  /** Relays that are where the role wants them, of how many. */
  readonly confirmed: number
  readonly relays: number
}

/** The present state in one line. */
export function headline({ role, phase, automatic, confirmed, relays }: HeadlineParts): string {
  const failover = automatic ? 'automatic failover on' : 'automatic failover OFF'
  return `lines at the ${role}, ${phase}, ${confirmed} of ${relays} relays confirmed, ${failover}`
}

/** The same of a whole status. */
export function statusLine({ relays, ...status }: Status): string {
  const confirmed = relays.filter(relay => relay.confirmed).length
  return headline({ ...status, confirmed, relays: relays.length })
}

/** Whether all is normal, and the state, in a line. */
export function presentLine(status: Status): string {
  return `${isNormal(status.findings) ? 'ok' : '!!'} ${statusLine(status)}`
}
