import type { DeviceClock } from '../device.ts'
import type { Alarm } from './alarm.ts'
import { isAnswerTo } from './codec.ts'
import type { PageLanes } from './page-lanes.ts'
import type { Sender, Wire } from './wire.ts'

/** How a page is delivered. */
export interface PageDelivery {
  readonly command: 'flashPrep' | 'flashPage'
  readonly lanes: PageLanes
  readonly clock: DeviceClock
  /** Of nobody else meanwhile. */
  readonly alarm: Alarm
  readonly signal: AbortSignal | undefined
  readonly isDevice: (sender: Sender) => boolean
  /** So often it is sent. */
  readonly tries: number
  /** How long an acknowledgement is waited for at this try, counted from 0. */
  readonly waitMs: (attempt: number) => number
}

export type Delivered =
  | { readonly ok: true; readonly sends: number; readonly ms: number }
  /** Completes `flashing ended, …`. */
  | { readonly ok: false; readonly why: string }

/** Sends the datagram until it is acknowledged, so often and no more; the first time at once. Never rejects. */
export async function deliverPage(
  index: number,
  datagram: Uint8Array,
  delivery: PageDelivery,
): Promise<Delivered> {
  const { lanes, clock, signal, tries } = delivery
  const fromMono = clock.mono()
  for (let attempt = 0; attempt < tries && !signal?.aborted; attempt++) {
    const wire = lanes.at(index) ?? (await lanes.open(index))
    if (typeof wire === 'string') return { ok: false, why: `no socket could be opened (${wire})` }
    if (!(await acknowledgement(wire, datagram, attempt, delivery))) continue
    if (attempt > 0) lanes.spoil(index)
    return { ok: true, sends: attempt + 1, ms: clock.mono() - fromMono }
  }
  const why = signal?.aborted
    ? 'the work was called off'
    : `the device did not acknowledge it in ${tries} tries`
  return { ok: false, why }
}

/** Sends; whether it is acknowledged in time. */
function acknowledgement(
  wire: Wire,
  datagram: Uint8Array,
  attempt: number,
  { alarm, signal, command, isDevice, waitMs }: PageDelivery,
): Promise<boolean> {
  return new Promise(resolve => {
    const finish = (came: boolean) => {
      resolve(came)
      wire.hear(null)
      alarm.clear()
      signal?.removeEventListener('abort', giveUp)
    }
    const giveUp = () => finish(false)
    wire.hear((answer, from) => {
      if (isDevice(from) && isAnswerTo(command, answer)) finish(true)
    })
    wire.post(datagram)
    alarm.set(waitMs(attempt), giveUp)
    signal?.addEventListener('abort', giveUp, { once: true })
  })
}
