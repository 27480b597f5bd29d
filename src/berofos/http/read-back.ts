import type { DeviceError, DeviceMove, Reading, SettableDevice } from '../device.ts'
import type { Parameter } from '../parameters.ts'

/** Reads a device back after a write, also where the write has changed how or where it answers. */

export interface ReadBackOptions {
  readonly signal?: AbortSignal
  /** Whom a new `apwd` is for: with it the device is read back if it asks for the new password at once. */
  readonly user?: string
}

/** What it read, and what is to be known about how. */
export interface ReadBack {
  readonly ok: true
  readonly value: Reading
  readonly note: string | null
}

export interface Unread {
  readonly ok: false
  readonly error: DeviceError
}

interface Afterwards {
  /** Where or how the device may have to be asked from now on; null: nobody knows. */
  readonly move: (encoded: string, options: ReadBackOptions) => DeviceMove | null
  /** Said when only so it answers. */
  readonly note: (encoded: string) => string
  /** Said when it does not answer at all any more, which may well be as it should. */
  readonly unread: string
}

/** Parameters after which the device may not answer as it did. */
const afterwards: Readonly<Record<string, Afterwards>> = {
  apwd: {
    move: (password, { user }) => (user === undefined ? null : { login: `${user}:${password}` }),
    note: () => 'the new password is in force: write it into "login" of bnfos.conf',
    unread: 'the old password is no longer accepted: write the new one into "login" of bnfos.conf',
  },
  pwd: {
    move: () => null,
    note: () => '',
    unread: 'it asks for its password now: write it into "login" of bnfos.conf',
  },
  address: {
    move: host => ({ host }),
    note: address => `it answers at ${address} now: write that into "host" of bnfos.conf`,
    unread: 'it no longer answers at its old address: look for it with bnfos --scan',
  },
  port: {
    move: port => ({ port: Number(port) }),
    note: port => `it answers at port ${port} now: use that one from now on`,
    unread: 'it no longer answers at its old port',
  },
  dhcp: {
    move: () => null,
    note: () => '',
    unread: 'it no longer answers at its old address: look for it with bnfos --scan',
  },
}

export async function readBack(
  device: SettableDevice,
  { keyword }: Parameter,
  encoded: string,
  options: ReadBackOptions,
): Promise<ReadBack | Unread> {
  const asBefore = await device.read(options.signal)
  if (asBefore.ok) return { ...asBefore, note: null }
  const row = afterwards[keyword]
  const move = row?.move(encoded, options)
  if (!row || !move || options.signal?.aborted) return asBefore
  const moved = device.moved(move)
  const elsewhere = await moved.read(options.signal)
  moved.close()
  return elsewhere.ok ? { ...elsewhere, note: row.note(encoded) } : asBefore
}

/** What is to be done when no answer was to be expected after this parameter was set; null: one was. */
export function expectedUnread(keyword: string, error: DeviceError): string | null {
  return expectedAfter(keyword, error) ? (afterwards[keyword]?.unread ?? null) : null
}

function expectedAfter(keyword: string, { code }: DeviceError): boolean {
  const aboutLogin = keyword === 'apwd' || keyword === 'pwd'
  return aboutLogin ? code === 'login' : code === 'unreachable' || code === 'timeout'
}

/** Read with the old login, by a device that asks for one: it may have passed over the new password. */
export function keepsOldPassword({ keyword }: Parameter, { value, note }: ReadBack): boolean {
  return keyword === 'apwd' && note === null && value.values.pwd === '1'
}

export async function deniesLogin(
  device: SettableDevice,
  password: string,
  { user, signal }: ReadBackOptions,
) {
  if (user === undefined) return false
  const moved = device.moved({ login: `${user}:${password}` })
  const reply = await moved.read(signal)
  moved.close()
  return !reply.ok && reply.error.code === 'login'
}
