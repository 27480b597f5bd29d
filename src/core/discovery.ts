import { type Draft, emit, log, set } from './draft.ts'
import type { Role } from './role.ts'
import type { DiscoveredRole, Discovery, State } from './state.ts'
import type { StoredState } from './stored-state.ts'

/**
 * Role discovery: within one boot of the machine the stored role gives way to what the relays read, since somebody has
 * moved the lines while no daemon ran. Nothing is driven for it and no hook runs.
 */

/** Only within one boot: after a power cut the relays show what `modedef` says, which nobody has ordered. */
export function discoveryAtStart(stored: StoredState | null, sameBoot: boolean): Discovery {
  return sameBoot && stored !== null && !stored.adopting ? 'due' : 'none'
}

/** The master's role is taken only while the master is up: until then there is nothing to ask for. */
export function mustAskForRole({ discovery, role, verdict }: State): boolean {
  return discovery === 'due' && (role === 'master' || verdict === 'up')
}

export function askForRole(draft: Draft): void {
  set(draft, { discovery: 'asked' })
  emit(draft, { kind: 'discoverRole' })
}

/** Nobody waits for the relays' answer once an order, a move or a verdict decides without it. */
export function isDiscoveryOpen({ pause, override, move, verdict, checksHaveSpoken, role }: State): boolean {
  const isOrdered = pause !== null || override !== null || move !== null
  const isPointless = verdict === 'down' || (role === 'slave' && checksHaveSpoken && verdict !== 'up')
  return !isOrdered && !isPointless
}

/** What the relays' answer makes of the question. `agreed`: as in the event `roleDiscovered`. */
export function discovered({ discovery, role, verdict }: State, agreed: Role | null): Discovery {
  if (discovery !== 'asked') return discovery
  const isOther = agreed !== null && agreed !== role && (agreed === 'slave' || verdict === 'up')
  return isOther ? `found-${agreed}` : 'none'
}

/** Where the lines are by a first start; `role`: null when no relay could be read. */
export function firstRoleText(role: Role | null): string {
  const why = role === null ? 'no relay could be read' : 'taken from what the relays read'
  return `role: lines at the ${role ?? 'master'}: ${why}, and no role is stored`
}

export function adoptFoundRole(draft: Draft): void {
  const { role, discovery } = draft.state
  const to = discovery === 'found-master' ? 'master' : 'slave'
  const atWall = draft.now.wall
  // Whoever has moved the lines to the slave finds them there for stable_for at least.
  const upSince = draft.state.upSince === null ? null : draft.now.mono
  set(draft, { discovery: 'none', role: to, roleSinceWall: atWall, adopted: { to, atWall }, upSince })
  const reason = 'every relay that answers reads so; they were switched while no daemon ran'
  emit(draft, { kind: 'record', what: 'adopted', from: role, to, reason })
  log(draft, 'warning', `adopted: lines at the ${to}: ${reason}; no hook runs`)
}

/** One sentence with its cure, for `status` and the reminder. */
export function adoptedText({ to }: DiscoveredRole): string {
  return (
    `the lines were found at the ${to} at a start, switched while no daemon ran, and no hook has run: ` +
    "do by hand what the hooks would have done, then 'berofosd resume'"
  )
}
