import type { Device, DeviceReply } from '../berofos/device.ts'
import type { Mode } from '../core/role.ts'

/** The one write on its way to a device. */
export class Writing {
  /** null: none is. Its mode is null when it carries another parameter. */
  private now: { readonly stop: AbortController; readonly mode: Mode | null } | null = null

  /** One that does not carry this mode must not arrive any more; null: none must. */
  stopUnless(wanted: Mode | null): void {
    if (wanted === null || this.now?.mode !== wanted) this.now?.stop.abort()
  }

  /** `sent`: the whole request has left; `told` is called as soon as it has. */
  async send(
    device: Device,
    keyword: 'mode' | 'wdog' | 'wdogstate',
    mode: Mode,
    told: () => void,
  ): Promise<{ readonly reply: DeviceReply<null>; readonly sent: boolean }> {
    const stop = new AbortController()
    this.now = { stop, mode: keyword === 'mode' ? mode : null }
    let sent = false
    const reply = await device.write(keyword, String(mode), stop.signal, () => {
      sent = true
      told()
    })
    this.now = null
    return { reply, sent: sent || reply.ok || reply.error.sent === true }
  }
}
