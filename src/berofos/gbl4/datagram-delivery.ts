import { within } from '../../net/deadline.ts'
import type { DeviceClock } from '../device.ts'
import { answerPayload } from './codec.ts'
import type { UdpLink } from './udp-link.ts'

/** How a datagram is delivered whose acknowledgement does not say what it is for. */
export interface Delivery {
  readonly command: 'flashPrep' | 'flashPage'
  readonly link: UdpLink
  readonly clock: DeviceClock
  readonly signal: AbortSignal | undefined
  /** How often it may be sent. */
  readonly tries: number
  /** Milliseconds that an acknowledgement is waited for, each time. */
  readonly waitMs: number
}

export type Delivered =
  /** How often it was sent, and how many acknowledgements came: more than one of each, and the device has it twice. */
  | { readonly ok: true; readonly sends: number; readonly acknowledgements: number }
  /** Completes `page 7 of 40: …`. */
  | { readonly ok: false; readonly why: string }

/**
 * The network or the device may double an acknowledgement; the second one comes right behind the first, where those of
 * two pages are tens of milliseconds apart. Our choice.
 */
const doubledWithinMs = 5
/** Waited before the next datagram, so that the second one is not taken for its answer. Little compared with the time of a page. */
const quietMs = 1

/**
 * Sends the datagram and waits for its acknowledgement, so often and no more. Before it returns it waits for every
 * acknowledgement that may still be on its way, so that none is taken for that of the next datagram. Never rejects.
 */
export async function deliver(datagram: Uint8Array, delivery: Delivery): Promise<Delivered> {
  const { link, signal, tries, waitMs } = delivery
  const acknowledgements = countAcknowledgements(delivery)
  let sends = 0
  let systemCode: string | null = null
  try {
    for (let attempt = 0; attempt < tries && acknowledgements.count() === 0 && !signal?.aborted; attempt++) {
      systemCode = await link.send(datagram)
      if (systemCode === null) sends += 1
      await acknowledgements.reach(1, waitMs)
    }
    if (acknowledgements.count() === 0) return { ok: false, why: whyNot(delivery, sends, systemCode) }
    if (sends > 1) await acknowledgements.reach(sends, waitMs)
    await acknowledgements.reach(Number.POSITIVE_INFINITY, quietMs)
    return { ok: true, sends, acknowledgements: acknowledgements.count() }
  } finally {
    link.hear(null)
  }
}

function whyNot({ signal, tries, waitMs }: Delivery, sends: number, systemCode: string | null): string {
  if (signal?.aborted) return 'it was cancelled'
  if (sends === 0) return `nothing could be sent (${systemCode})`
  const often = tries === 1 ? `within ${waitMs / 1000} s` : `in ${tries} tries`
  return `the device did not acknowledge it ${often}`
}

/** Counts from now on, a doubled one once. */
function countAcknowledgements({ link, command, clock, signal }: Delivery) {
  let count = 0
  let lastMono = Number.NEGATIVE_INFINITY
  let heard = () => {}
  link.hear(datagram => {
    if (answerPayload(command, datagram) === null) return
    const doubled = clock.mono() - lastMono < doubledWithinMs
    lastMono = clock.mono()
    if (doubled) return
    count += 1
    heard()
  })
  return {
    count: () => count,
    /** Waits until there are so many, for so long, or until the caller cancels it. */
    reach(wanted: number, withinMs: number): Promise<void> {
      const reached = new Promise<void>(resolve => {
        heard = () => count >= wanted && resolve()
        heard()
      })
      return within(clock, withinMs, reached, undefined, signal)
    },
  }
}
