import type { Device, DeviceReply, RememberedAddresses } from '../berofos/device.ts'
import { openDevice } from '../berofos/http/client.ts'
import { noHost } from '../core/relay/relay-lines.ts'
import type { DeviceSettings } from '../core/settings.ts'
import type { Clock } from '../system/clock.ts'

/** The device of a section of bnfos.conf. Without a host it can't be driven over HTTP, and says so at every try. */
export function deviceOf(
  { host, port, login }: DeviceSettings,
  timeoutMs: number,
  remembered: RememberedAddresses,
  clock: Clock,
): Device {
  return host === null ? hostless : openDevice({ host, port, login, timeoutMs, remembered }, clock)
}

const unreachable = async (): Promise<DeviceReply<never>> => ({
  ok: false,
  error: {
    code: 'unreachable',
    text: `${noHost}: add one, or run 'bnfos --scan -x'`,
    answered: false,
  },
})
const hostless: Device = { read: unreachable, write: unreachable, close() {} }
