import type { Device } from '../berofos/device.ts'
import type { Line } from '../core/relay-lines.ts'
import type { Mode } from '../core/role.ts'
import type { DeviceSettings } from '../core/settings.ts'

/** What a relay remembers over a restart. */
export interface KnownMode {
  readonly mode: Mode
  /** Sent and not yet seen when the last run ended. */
  readonly sent: Mode | null
  /** Both modes were sent since the last reading: the relay may have moved there and back; absent: no. */
  readonly strayed?: boolean
}

export interface RelayOptions {
  readonly open: (settings: DeviceSettings) => Device
  /** 0 ≤ n < 1, to spread retries. */
  readonly random: () => number
  /** Lines for the log, in the order in which they happened. */
  readonly line: (line: Line, name: string) => void
  /** The reading of this number ended; whether anything came back. */
  readonly heard: (name: string, reading: number, answered: boolean) => void
  /** A whole request that orders a mode has left. */
  readonly told: () => void
  /** Confirmed, or a try failed: the present order has had its first outcome. */
  readonly outcome: (name: string) => void
  /** It answers again after a failure. */
  readonly recovered: (name: string) => void
  /** Something that `known` remembers has changed. */
  readonly changed: () => void
  /** Waits, not for long, until what `known` remembers is kept: a mode is sent only then. */
  readonly kept: () => Promise<unknown>
}
