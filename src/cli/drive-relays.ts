import { openDevice } from '../berofos/http/client.ts'
import type { Role } from '../core/role.ts'
import type { DeviceSettings, Settings } from '../core/settings.ts'
import { hostlessDevice } from '../relays/hostless-device.ts'
import { RelayBank } from '../relays/relay-bank.ts'
import type { Clock } from '../system/clock.ts'
import { eachSecond } from './each-second.ts'

export interface DriveOptions {
  readonly clock: Clock
  /** What happens to each relay, as it happens. */
  readonly line: (text: string) => void
  /** Said each second while relays are outstanding. */
  readonly progress: (text: string) => void
}

/**
 * Drives every relay to the role once, all in parallel, and reads it back: for when no daemon runs. Resolves with
 * those that were not read back, at the latest when each has run into its time-outs. Remembers nothing.
 */
export async function driveRelays(
  { devices, relays: timing }: Pick<Settings, 'devices' | 'relays'>,
  role: Role,
  { clock, line, progress }: DriveOptions,
): Promise<readonly { readonly name: string; readonly why: string }[]> {
  const open = ({ host, port, login }: DeviceSettings) =>
    host === null ? hostlessDevice() : openDevice({ host, port, login, timeoutMs: timing.timeoutMs }, clock)
  const bank = new RelayBank({
    devices: devices ?? [],
    timing,
    clock,
    open,
    known: {},
    // Those that failed are named at the end.
    line: ({ severity, text }) => severity !== 'error' && line(text),
    settled: () => {},
    changed: () => {},
  })
  const done = new AbortController()
  const total = bank.list().length
  const reported = eachSecond(clock, done.signal, () =>
    progress(`${total - bank.unconfirmed().length} of ${total} relays confirmed`),
  )
  bank.hold(role, 1)
  await bank.allTried()
  done.abort()
  const failed = bank.unconfirmed()
  await Promise.all([bank.close(), reported])
  return failed
}
