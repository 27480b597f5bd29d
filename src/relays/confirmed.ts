import { isDeepStrictEqual } from 'node:util'
import { isInSync } from '../core/relay/relay-state.ts'
import type { DeviceSettings } from '../core/settings.ts'
import type { Relay } from './relay.ts'

/** Names of those that were read back at their order, of these devices. */
export function confirmedOf(
  relays: readonly Relay[],
  devices: readonly DeviceSettings[],
): ReadonlySet<string> {
  const isKept = ({ settings }: Relay) => devices.some(device => isDeepStrictEqual(device, settings))
  const confirmed = relays.filter(relay => isInSync(relay.state) && isKept(relay))
  return new Set(confirmed.map(({ settings }) => settings.name))
}
