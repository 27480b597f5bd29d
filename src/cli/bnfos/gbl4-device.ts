import type { Gbl4Reply, Gbl4Target } from '../../berofos/gbl4/device.ts'
import { type Call, gbl4Options } from './call.ts'
import type { Chosen } from './chosen-device.ts'
import { findDevices } from './find-devices.ts'
import { awaited } from './waiting.ts'

/**
 * A call of GBL4 to the device. Where only the section said its host, and nobody answers there, it is made once more
 * by broadcast: in flash mode a device may have another address, and every request carries the MAC.
 */
export async function askDevice<T>(
  { host, hostOfSection }: Chosen,
  mac: string,
  ask: (target: Gbl4Target) => Promise<Gbl4Reply<T>>,
): Promise<Gbl4Reply<T>> {
  const reply = await ask({ mac, host })
  const lost = !reply.ok && (reply.error.code === 'timeout' || reply.error.code === 'unreachable')
  return lost && hostOfSection ? ask({ mac, host: null }) : reply
}

/** The MAC, asked for at the host when nobody named it; null: it has been said why not. */
export async function macOf(call: Call, { mac, host, section }: Chosen): Promise<string | null> {
  if (mac !== null) return mac
  const found = await awaited(call, findDevices(host, gbl4Options(call)))
  if (call.stop.aborted) return null
  const [device] = found.ok ? found.value : []
  if (device) return device.mac
  const why = found.ok ? `no berofos answers at ${host}` : found.error.text
  call.voice.fail(`bnfos: ${why}; add "mac = MAC" to ${section} in ${call.file}`)
  return null
}
