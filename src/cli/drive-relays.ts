import type { Device } from '../berofos/device.ts'
import { deviceWants } from '../core/relay/device-wants.ts'
import type { Role } from '../core/role.ts'
import type { DeviceSettings, Settings } from '../core/settings.ts'
import { deviceOf } from '../relays/device-of.ts'
import { askMac } from '../relays/identity.ts'
import { RelayBank } from '../relays/relay-bank.ts'
import { type Clock, eachSecond } from '../system/clock.ts'

interface DriveOptions {
  readonly clock: Clock
  /** What happens to each relay, as it happens. */
  readonly line: (text: string) => void
  /** Which device answers in the place of another, as it is found. */
  readonly stranger: (text: string) => void
  /** Said each second while relays are outstanding. */
  readonly progress: (text: string) => void
  /** Where devices that are given by name answered before, by host: for while no name server answers. */
  readonly addresses?: Readonly<Record<string, string>>
  /** Nothing but the mode is written: a watchdog that is on stays on. Default: it is turned off. */
  readonly modeOnly?: boolean
}

/** `site` absent: a pair. */
type DrivenSettings = Pick<Settings, 'devices' | 'relays'> & Partial<Pick<Settings, 'site'>>

/**
 * A device may say yes and move some seconds later, or be busy with somebody else: what is not confirmed at first is told
 * and read again for so long, so often. Our choice.
 */
const patienceMs = 1000
const latePatienceMs = 5000
const againMs = 200

/**
 * Drives every relay to the role, all in parallel, and reads it back: for when no daemon runs. A device that says over
 * GBL4 that it is another one is driven as the section of that one says; none is kept waiting for what it says. Resolves
 * with those that were not read back, at the latest a second after each has run into its time-outs, five seconds where one
 * says yes and reads otherwise. Remembers nothing.
 */
export async function driveRelays(
  { devices, relays: timing, site = { kind: 'pair' } }: DrivenSettings,
  role: Role,
  { clock, line, stranger, progress, addresses = {}, modeOnly = false }: DriveOptions,
): Promise<readonly { readonly name: string; readonly why: string }[]> {
  const remembered = { get: (host: string) => addresses[host] ?? null, note: () => {} }
  const open = (settings: DeviceSettings) => {
    const device = deviceOf(settings, timing.timeoutMs, remembered, clock)
    return modeOnly ? withoutWatchdog(device) : device
  }
  const retryMs = Math.min(timing.retryMs, againMs)
  const done = new AbortController()
  const confirmed = new AbortController()
  // Where no section has a MAC nobody can be told from another.
  const asks = devices?.some(({ mac }) => mac !== null) ?? false
  const bank = new RelayBank({
    devices: devices ?? [],
    ...(asks && { askMac: (host, unwanted) => askMac(host, unwanted, remembered) }),
    wants: device => deviceWants(site, device),
    timing: { ...timing, retryMs, retryMaxMs: retryMs },
    clock,
    open,
    known: {},
    line: ({ severity, text, isStranger }) => {
      if (isStranger) stranger(text)
      // Those that failed are named at the end.
      else if (severity !== 'error') line(text)
    },
    relaysTried: (_move, all) => all && confirmed.abort(),
    changed: () => {},
  })
  const total = bank.list().length
  const reported = eachSecond(clock, done.signal, () => {
    const open = bank.unconfirmed().length
    if (open > 0) progress(`${total - open} of ${total} relays confirmed`)
  })
  bank.enforce(role, 1)
  await Promise.all([bank.allTried(), bank.identified])
  // Again those that turned out to be others.
  await bank.allTried()
  if (bank.unconfirmed().length > 0) await clock.sleep(patienceMs, confirmed.signal)
  if (bank.hasLate()) await clock.sleep(latePatienceMs - patienceMs, confirmed.signal)
  done.abort()
  const failed = bank.unconfirmed()
  await Promise.all([bank.close(), reported])
  return failed
}

/** What shows no watchdog has none to be turned off. */
function withoutWatchdog(device: Device): Device {
  const read: Device['read'] = async (...how) => {
    const reply = await device.read(...how)
    if (!reply.ok) return reply
    const { wdog: _, wdogstate: __, ...values } = reply.value.values
    return { ok: true, value: { ...reply.value, values } }
  }
  return { ...device, read }
}
