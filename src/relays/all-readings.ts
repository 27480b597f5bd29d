import { isDeepStrictEqual } from 'node:util'
import { isInSync } from '../core/relay/relay-state.ts'
import { type Role, roleOf } from '../core/role.ts'
import type { DeviceSettings } from '../core/settings.ts'
import type { Relay } from './relay.ts'

/** What the relays tell of the role together. */
export interface RolesRead {
  /** What most of them read; a tie is the master's. null: none could be read. */
  readonly role: Role | null
  /** What all that answer read, when they are at least half and each is who its section says; null: there is no such. */
  readonly agreed: Role | null
}

export function rolesRead(relays: readonly Relay[]): RolesRead {
  const read = relays.filter(({ state }) => state.actual !== null && state.actualWall !== null)
  const masters = read.filter(relay => roleRead(relay) === 'master').length
  const role = masters * 2 >= read.length ? 'master' : 'slave'
  return { role: read.length === 0 ? null : role, agreed: agreedRole(relays) }
}

/** A device without a host can't answer; one that is another section's says nothing of its own. */
function agreedRole(relays: readonly Relay[]): Role | null {
  const asked = relays.filter(({ settings }) => settings.host !== null)
  const answering = asked.filter(({ state }) => state.actualWall !== null && state.error === null)
  const known = answering.filter(({ stranger }) => stranger === null)
  const [role = null, ...others] = new Set(known.map(roleRead))
  return role !== null && others.length === 0 && known.length * 2 >= asked.length ? role : null
}

/** null: it was never read. */
function roleRead({ state, settings }: Relay): Role | null {
  return state.actual === null ? null : roleOf(state.actual, settings.invert)
}

/** Names of those that were read back at their order, of these devices. */
export function confirmedOf(
  relays: readonly Relay[],
  devices: readonly DeviceSettings[],
): ReadonlySet<string> {
  const isKept = ({ settings }: Relay) => devices.some(device => isDeepStrictEqual(device, settings))
  const confirmed = relays.filter(relay => isInSync(relay.state) && isKept(relay))
  return new Set(confirmed.map(({ settings }) => settings.name))
}
