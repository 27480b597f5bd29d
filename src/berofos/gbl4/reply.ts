import type { LookUp } from '../../net/resolve.ts'
import type { DeviceClock, RememberedAddresses } from '../device.ts'

/**
 * `value`: something asked for can't be asked for. `unreachable`: no way to the address. `timeout`: no answer.
 * `refused`: the device said no. `mode`: it is not in flash mode. `aborted`: cancelled by the caller.
 */
export const gbl4Errors = ['value', 'unreachable', 'timeout', 'refused', 'mode', 'aborted'] as const
export type Gbl4ErrorCode = (typeof gbl4Errors)[number]

export interface Gbl4Error {
  readonly code: Gbl4ErrorCode
  /** One sentence that names the cause and the cure. */
  readonly text: string
}

export type Gbl4Reply<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: Gbl4Error }

/** One device. */
export interface Gbl4Target {
  /** `00:19:32:00:12:1D`, in any case. */
  readonly mac: string
  /** Host name or IPv4 address; null: it is asked by broadcast. */
  readonly host: string | null
}

/** What every call takes. */
export interface Gbl4Options {
  readonly clock: DeviceClock
  /** Default: that of the command, 3 s, for a reset 8 s. Covers the look-up of a name as well. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
  /** Default: 50123. */
  readonly port?: number
  /** Replaces the system's name look-up. */
  readonly lookUp?: LookUp
  /** Where the host answered before, should its name not be resolved. */
  readonly remembered?: RememberedAddresses
}

export function done<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value }
}

export function failed(code: Gbl4ErrorCode, text: string): { readonly ok: false; readonly error: Gbl4Error } {
  return { ok: false, error: { code, text } }
}

/** What to do about a device that has to be in flash mode and is not. */
export const flashModeCure =
  'hold its black button while switching it on, and release it when the red LEDs of D blink'
