import { isDeepStrictEqual } from 'node:util'
import type { Device } from '../berofos/device.ts'
import type { EventPayloads, MoveTally } from '../core/events.ts'
import { type DeviceWants, deviceWants } from '../core/relay/device-wants.ts'
import type { RelayLine } from '../core/relay/relay-lines.ts'
import type { Outcome } from '../core/relay/relay-outcome.ts'
import { type KnownMode, knownOf, type RelayState } from '../core/relay/relay-state.ts'
import type { DeviceSettings, RelaySettings } from '../core/settings.ts'
import type { Clock } from '../system/clock.ts'
import type { KickedDevice, WatchdogKicker } from './watchdog-kicker.ts'

/** As the event `tripped` has it. */
type FoundBypassed = Required<EventPayloads['tripped']>

export interface RelayOptions {
  /** Opens what keeps its watchdog from tripping; absent: its watchdog is kept off. */
  readonly kicker?: (device: KickedDevice) => WatchdogKicker
  /** It was found bypassed, which nobody ordered. */
  readonly tripped: (trip: FoundBypassed) => void
  /** What the device has to be set to. */
  readonly wants: (settings: DeviceSettings) => DeviceWants
  readonly open: (settings: DeviceSettings) => Device
  /** 0 ≤ n < 1, to spread retries. */
  readonly random: () => number
  /** Lines for the log, in the order in which they happened. */
  readonly line: (line: RelayLine, name: string) => void
  /** The reading of this number ended; whether anything came back. */
  readonly heard: (name: string, reading: number, answered: boolean) => void
  /** A whole request that orders a mode has left. */
  readonly told: () => void
  /** Confirmed, or a try failed: the present order has had its first outcome. */
  readonly outcome: (name: string) => void
  /** It answers again after a failure. */
  readonly recovered: (name: string) => void
  /** Something that is saved of it has changed. */
  readonly changed: () => void
  /** Waits, not for long, until what `known` gives is saved: a mode is sent only then. */
  readonly saved: () => Promise<unknown>
}

/** Tells whoever has to know what is different since `before`. */
export function tellOutcome(
  before: RelayState,
  { relay, lines, tripped, unheard = false, soundAt = null }: Outcome,
  tell: RelayOptions,
): void {
  if (before.error !== null && relay.error === null) tell.recovered(relay.name)
  if (!isDeepStrictEqual(knownOf(relay), knownOf(before))) tell.changed()
  for (const line of lines) tell.line(line, relay.name)
  if (tripped) tell.tripped({ relay: relay.name, trips: relay.wdog === 2, unheard, soundAt })
}

export interface BankOptions {
  readonly devices: readonly DeviceSettings[]
  readonly timing: RelaySettings
  readonly clock: Clock
  /** 0 ≤ n < 1, to spread retries; default Math.random. */
  readonly random?: () => number
  readonly open: (device: DeviceSettings) => Device
  /** The MAC of the berofos at this host, in upper case; null: none says so in time. Default: nobody is asked. */
  readonly askMac?: (host: string, unwanted: AbortSignal) => Promise<string | null>
  /** Keeps the watchdogs on and kicked (kind = bypass); absent: they are kept off. */
  readonly kicker?: (device: KickedDevice) => WatchdogKicker
  /** A kicked relay was found bypassed, which nobody ordered; at each reading. */
  readonly tripped?: (trip: FoundBypassed) => void
  /** What a device has to be set to; default: as for a pair. */
  readonly wants?: (settings: DeviceSettings) => DeviceWants
  readonly known: Readonly<Record<string, KnownMode>>
  /** Names of those that the bank before this one had read back at the order that comes next: they need not be told again. */
  readonly confirmed?: ReadonlySet<string>
  readonly line: (line: RelayLine, name: string) => void
  /** The first relay was told of this move, or was found there. */
  readonly moveBegun?: (move: number) => void
  /** Every relay has had its first outcome since `enforce` was told of this move; again once `all` were read back. */
  readonly relaysTried: (move: number, all: boolean, tally: MoveTally) => void
  /** Something of what `known` gives has changed. */
  readonly changed: () => void
  /** Waits, not for long, until what `known` gives is saved; default: there is nothing to wait for. */
  readonly saved?: () => Promise<unknown>
  /** No device is asked before: whoever asked them until now is done then, and this is what he knew at last. */
  readonly after?: Promise<BankOptions['known']>
}

/** As two servers need it. */
export function pairWants(device: DeviceSettings): DeviceWants {
  return deviceWants({ kind: 'pair' }, device)
}
