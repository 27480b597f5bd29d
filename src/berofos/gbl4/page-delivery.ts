import type { DeviceClock } from '../device.ts'
import { decodeAnswer } from './codec.ts'
import type { PageLanes } from './page-lanes.ts'
import type { Sender, Wire } from './wire.ts'

/** How a page is delivered. */
export interface PageDelivery {
  readonly command: 'flashPrep' | 'flashPage'
  readonly lanes: PageLanes
  readonly clock: DeviceClock
  readonly signal: AbortSignal | undefined
  readonly isDevice: (sender: Sender) => boolean
  /** How long an acknowledgement is waited for, try by try. */
  readonly waitsMs: readonly number[]
}

export type Delivered =
  | { readonly ok: true; readonly sends: number; readonly ms: number }
  /** Completes `flashing ended, …`. */
  | { readonly ok: false; readonly why: string }

/** Sends the datagram until it is acknowledged, so often and no more. Never rejects. */
export async function deliverPage(
  index: number,
  datagram: Uint8Array,
  delivery: PageDelivery,
): Promise<Delivered> {
  const { lanes, clock, signal, waitsMs } = delivery
  const fromMono = clock.mono()
  for (const [before, waitMs] of waitsMs.entries()) {
    if (signal?.aborted) return calledOff
    const wire = await lanes.take(index)
    if (typeof wire === 'string') return { ok: false, why: `no socket could be opened (${wire})` }
    const acknowledged = acknowledgement(wire, waitMs, delivery)
    void wire.send(datagram)
    if (await acknowledged) {
      if (before > 0) lanes.spoil(index)
      return { ok: true, sends: before + 1, ms: clock.mono() - fromMono }
    }
  }
  return signal?.aborted
    ? calledOff
    : { ok: false, why: `the device did not acknowledge it in ${waitsMs.length} tries` }
}

const calledOff = { ok: false, why: 'the work was called off' } as const

/** Whether one comes in time. */
function acknowledgement(wire: Wire, waitMs: number, delivery: PageDelivery): Promise<boolean> {
  const { clock, signal, command, isDevice } = delivery
  return new Promise(resolve => {
    const finish = (came: boolean) => {
      wire.hear(null)
      timer.cancel()
      signal?.removeEventListener('abort', giveUp)
      resolve(came)
    }
    const giveUp = () => finish(false)
    const timer = clock.after(waitMs, giveUp)
    signal?.addEventListener('abort', giveUp, { once: true })
    wire.hear((datagram, from) => {
      if (isDevice(from) && decodeAnswer(command, datagram)) finish(true)
    })
  })
}
