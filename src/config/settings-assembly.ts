import { dirname, join } from 'node:path'
import type { CheckSettings, DeviceSettings, Settings } from '../core/settings.ts'
import { alertOf, heartbeatOf } from './alert-rows.ts'
import type { PlainValues, RelayValues } from './berofosd-schema.ts'
import { failbackOf, hooksOf, relaysOf, siteOf } from './rows.ts'

/** The names of the file → the names of the program. */
export function assembleSettings(
  values: PlainValues,
  checks: readonly CheckSettings[],
  devices: readonly DeviceSettings[] | null,
): Settings {
  return {
    site: siteOf(values),
    master: values.master,
    checks,
    witnesses: values.isolation.witness,
    failback: failbackOf(values.failback),
    relays: relaysOf(values.relays),
    hooks: hooksOf(values.hooks),
    alert: alertOf(values.alert),
    heartbeat: heartbeatOf(values.heartbeat),
    secondaryFile: values.node.secondary_file,
    log: values.log,
    controlSocket: values.control.socket,
    statusSocket: statusSocketOf(values.control),
    stateDirectory: values.state.directory,
    httpListen: values.http.listen,
    httpHosts: values.http.hosts,
    devices,
  }
}

/** `status.sock` beside the control socket, where nothing else is written. */
function statusSocketOf({ socket, status_socket: written }: PlainValues['control']): string | null {
  if (written === 'none') return null
  return written?.path ?? join(dirname(socket), 'status.sock')
}

/** The devices of bnfos.conf with what their [relay.NAME] says of them. */
export function withRelays(
  devices: readonly DeviceSettings[],
  relays: ReadonlyMap<string, RelayValues>,
): DeviceSettings[] {
  return devices.map(device => ({ ...device, ...relays.get(device.name) }))
}
