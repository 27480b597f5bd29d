import type { DeadlineClock } from '../net/deadline.ts'

/** One berofos, as the other modules see it. A silent device is a result, never an exception. */

/** Where hosts that are given by name answered, over restarts: for while a name can't be resolved. */
export interface RememberedAddresses {
  /** An IPv4 address; null: none is known. */
  get(host: string): string | null
  /** It answered at this address. */
  note(host: string, address: string): void
}

export interface DeviceAddress {
  /** Host name or IPv4 address. */
  readonly host: string
  /** HTTP port. */
  readonly port: number
  /** `user:password`, byte for byte; null: none. */
  readonly login: string | null
  /** Where it is corrected, for error messages; default: its section of bnfos.conf. */
  readonly loginSource?: LoginSource
  /** One deadline over name look-up, connecting, challenge and body. */
  readonly timeoutMs: number
  /** Where it answered before, should its name not be resolved. */
  readonly remembered?: RememberedAddresses
}

/** option: `-u` of the command line. */
export type LoginSource = 'section' | 'option'

export const deviceErrors = ['unreachable', 'timeout', 'login', 'refused', 'garbage', 'aborted'] as const
export type DeviceErrorCode = (typeof deviceErrors)[number]

export interface DeviceError {
  readonly code: DeviceErrorCode
  /** One sentence that names the cause and the cure; no password in it. */
  readonly text: string
  /** Whether a connection was made or any byte came back: the network to the device works. */
  readonly answered: boolean
  /** Parts of the text, where they are known. */
  readonly cause?: NamedCause
  /** The whole request had left: whatever went wrong then, the device may have done it. */
  readonly sent?: boolean
}

export interface NamedCause {
  /** `host port N`. */
  readonly where: string
  /** Goes on after `where`: `refuses the connection`. */
  readonly clause: string
  readonly cure: string
  /** The cure when it has answered there before; absent: the same. */
  readonly cureKnown?: string
}

export type DeviceReply<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: DeviceError }

/** What config.txt says: keyword (`mode`, `wdogdef`, …) → value as people write it (`1`, `10.0.0.1`); absent keys are left out. */
export interface Reading {
  readonly values: Readonly<Record<string, string>>
  /** Something odd but usable, such as another confmap version; null: nothing. */
  readonly warning: string | null
}

export type DeviceClock = DeadlineClock

/** One request at a time per device; each call has its own deadline, counted from when its turn comes. */
export interface Device {
  /** `reached` is called as soon as a connection is made, which is an answer of the network at least. */
  read(signal?: AbortSignal, reached?: () => void): Promise<DeviceReply<Reading>>
  /**
   * Sends `GET /?cmd=…`; the reply says nothing, so read back. For groups 4, 5, 6 (mode, power, wdog): safe alone.
   * `sent` is called as soon as the whole request has left; with a login that may be more than once.
   */
  write(keyword: string, value: string, signal?: AbortSignal, sent?: () => void): Promise<DeviceReply<null>>
  /** Forgets connections and pending turns. */
  close(): void
}

/** Where a device may be found, or asked with, after a write to it. */
export type DeviceMove = Partial<Pick<DeviceAddress, 'host' | 'port' | 'login'>>

/** A device whose settings can be written, a whole command group at once. */
export interface SettableDevice extends Device {
  /** One request for all: keyword → value as people write it, all of one group. */
  writeAll(
    values: Readonly<Record<string, string>>,
    signal?: AbortSignal,
    sent?: () => void,
  ): Promise<DeviceReply<null>>
  /** The same device elsewhere, or with another login; it is closed on its own. */
  moved(move: DeviceMove): SettableDevice
}
