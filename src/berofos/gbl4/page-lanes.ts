import type { Sender, Wire } from './wire.ts'
import { openDirectWire } from './wire.ts'

/**
 * The acknowledgement of a page does not say which page it is for. So consecutive pages go out from different
 * ports, and a page that was sent twice uses its port up: a doubled or late acknowledgement arrives where nobody
 * waits for it, and is never taken for that of a page that got lost.
 */
export interface PageLanes {
  /** The wire for the page; null: it has to be opened first. */
  at(index: number): Wire | null
  /** Opens the wire for the page. Never rejects; the system's word when there is none to be had. */
  open(index: number): Promise<Wire | string>
  /** Not to be used again: more may still arrive there. */
  spoil(index: number): void
  close(): void
}

/** A doubled acknowledgement may be so many pages late. */
const laneCount = 16

export function createPageLanes(address: string, port: number): PageLanes {
  const lanes: (Wire | null)[] = new Array<null>(laneCount).fill(null)
  const spoil = (index: number) => {
    lanes[index % laneCount]?.close()
    lanes[index % laneCount] = null
  }
  return {
    at: index => lanes[index % laneCount] ?? null,
    async open(index) {
      const opened = await openDirectWire(address, port)
      if (!opened.ok) return opened.systemCode
      spoil(index)
      lanes[index % laneCount] = opened.wire
      return opened.wire
    },
    spoil,
    close() {
      for (const index of lanes.keys()) spoil(index)
    },
  }
}

/** Whether a datagram comes from the device itself. */
export function isFrom(address: string, port: number): (sender: Sender) => boolean {
  return sender => sender.address === address && sender.port === port
}
