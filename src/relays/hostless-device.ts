import type { Device, DeviceReply } from '../berofos/device.ts'
import { noHost } from '../core/relay/relay-lines.ts'

/** A device that bnfos.conf names without an address: it can't be driven over HTTP, and says so at every try. */
export function hostlessDevice(): Device {
  const reply = async (): Promise<DeviceReply<never>> => ({
    ok: false,
    error: {
      code: 'unreachable',
      text: `${noHost}: add one, or run 'bnfos --scan -x'`,
      answered: false,
    },
  })
  return { read: reply, write: reply, close() {} }
}
