import type { DeviceError, DeviceReply, Reading, SettableDevice } from '../../berofos/device.ts'
import type { Gbl4Reply } from '../../berofos/gbl4/reply.ts'
import { type FoundDevice, readNetconf, scan } from '../../berofos/gbl4/scan.ts'
import { openDevice } from '../../berofos/http/client.ts'
import { noHost } from '../../core/relay/relay-lines.ts'
import type { DeviceSettings, SiteSettings } from '../../core/settings.ts'
import { type Identity, identityOf } from '../../relays/identity.ts'
import type { Clock } from '../../system/clock.ts'
import { askTwice, fixSettings } from './doctor-fix.ts'
import type { Change, DeviceReport, Item } from './doctor-items.ts'
import { settingItems } from './doctor-settings.ts'

interface ExamineOptions {
  readonly site: SiteSettings
  readonly clock: Clock
  /** Of each request over HTTP. */
  readonly timeoutMs: number
  /** Every section of bnfos.conf. */
  readonly all: readonly DeviceSettings[]
  /** Also corrects what can be corrected. */
  readonly fix: boolean
}

/** Asks one device over HTTP and GBL4; with `fix` corrects it, and reports how it is then. Never rejects. */
export async function examineDevice(
  settings: DeviceSettings,
  options: ExamineOptions,
): Promise<DeviceReport> {
  const { name, host, port } = settings
  const [identity, netconf] = await Promise.all([
    askIdentity(settings, options.all, options.clock),
    askNetconf(settings, options.clock),
  ])
  // By the section of the device that is there: its login, and which way it goes.
  const present = identity?.settings ?? settings
  const found = host === null ? null : await readAndMend({ ...present, host }, options)
  const asked = found === null ? [hostlessItem(netconf)] : readingItems(present, options.site, found.reply)
  const stranger = identity === null ? [] : strangerItems(settings, identity)
  return {
    name,
    address: host === null ? 'no host' : `${host}:${port}`,
    items: [...asked, ...stranger, ...firmwareItems(settings, netconf)],
    changes: found?.changes ?? [],
  }
}

type Reached = DeviceSettings & { readonly host: string }

async function readAndMend(settings: Reached, { site, clock, timeoutMs, fix }: ExamineOptions) {
  const { host, port, login } = settings
  const device: SettableDevice = openDevice({ host, port, login, timeoutMs }, clock)
  try {
    const first = await askTwice(() => device.read(), clock)
    const changes: readonly Change[] =
      fix && first.ok ? await fixSettings(settings, site, device, first.value.values, clock) : []
    const reply = changes.length > 0 ? await askTwice(() => device.read(), clock) : first
    return { reply, changes }
  } finally {
    device.close()
  }
}

function readingItems(settings: DeviceSettings, site: SiteSettings, reply: DeviceReply<Reading>): Item[] {
  if (!reply.ok) return errorItems(settings, reply.error)
  const { values, warning } = reply.value
  const login = values.pwd === '1' ? 'accepted' : 'not asked for'
  return [
    reachable('yes', null),
    { item: 'login', is: login, needs: 'accepted', verdict: 'good', cure: null },
    ...settingItems(settings, site, values),
    ...(warning === null
      ? []
      : [{ item: 'config.txt', is: 'odd', needs: 'plain', verdict: 'advice', cure: warning } as const]),
  ]
}

function errorItems({ login }: DeviceSettings, { code, text, answered }: DeviceError): Item[] {
  if (code !== 'login') return [reachable(answered ? 'not as it should be' : 'no', text)]
  const is = login === null ? 'missing' : 'refused'
  return [reachable('yes', null), { item: 'login', is, needs: 'accepted', verdict: 'bad', cure: text }]
}

function hostlessItem(netconf: FoundDevice | null): Item {
  const found = netconf ? `it is at ${netconf.from}` : "'bnfos --scan' looks for it"
  return reachable('no', `${noHost}: add one, ${found}`)
}

function reachable(is: string, cure: string | null): Item {
  return { item: 'reachable', is, needs: 'yes', verdict: cure === null ? 'good' : 'bad', cure }
}

/** Enough for three tries on a network where everything else is HTTP. */
const gbl4TimeoutMs = 800

/** What the device says of itself over GBL4; null: it does not. */
async function askNetconf({ mac, host }: DeviceSettings, clock: Clock): Promise<FoundDevice | null> {
  const options = { clock, timeoutMs: gbl4TimeoutMs }
  const reply: Gbl4Reply<FoundDevice> | null = mac === null ? null : await readNetconf({ mac, host }, options)
  return reply?.ok ? reply.value : null
}

interface FoundIdentity extends Identity {
  readonly mac: string
}

/** Who answers at the device's host; null: nobody says, or there is nothing to tell it from. */
async function askIdentity(
  device: DeviceSettings,
  all: readonly DeviceSettings[],
  clock: Clock,
): Promise<FoundIdentity | null> {
  if (device.host === null || all.every(({ mac }) => mac === null)) return null
  const found = await scan({ host: device.host, clock, timeoutMs: gbl4TimeoutMs })
  const macs = found.ok ? found.value.map(({ mac }) => mac) : []
  const own = device.mac?.toUpperCase()
  const mac = macs.find(each => each === own) ?? macs[0]
  return mac === undefined ? null : { mac, ...identityOf(device, mac, all) }
}

/** Another device than the one of bnfos.conf answers at its host. */
function strangerItems({ mac: needs }: DeviceSettings, { mac: is, stranger }: FoundIdentity): Item[] {
  if (stranger === null) return []
  return [{ item: 'MAC', is, needs: needs ?? 'its own', verdict: 'bad', cure: stranger }]
}

/** The firmware and whether it is in flash mode: only GBL4 tells. */
function firmwareItems(device: DeviceSettings, netconf: FoundDevice | null): Item[] {
  if (netconf === null) {
    const why = device.mac === null ? 'bnfos.conf has no mac for it' : 'it does not answer over GBL4'
    const unknown = { is: 'unknown', verdict: 'unknown', cure: why } as const
    return [
      { item: 'firmware', needs: neededText, ...unknown },
      { item: 'flash mode', needs: 'no', ...unknown },
    ]
  }
  return [versionItem(device, netconf), flashModeItem(netconf)]
}

// What the documentation of XiVO and Wazo asks for; 1.33 has a form bug.
const needed = { major: 1, minor: 53 }
const neededText = `${needed.major}.${needed.minor}`

function versionItem({ name }: DeviceSettings, { firmwareMajor, firmwareMinor }: FoundDevice): Item {
  const is = `${firmwareMajor}.${firmwareMinor}`
  const old = firmwareMajor < needed.major || (firmwareMajor === needed.major && firmwareMinor < needed.minor)
  const cure = `in flash mode: 'bnfos --flash bnfos_v153.bin -f ${name}'`
  return {
    item: 'firmware',
    is,
    needs: neededText,
    verdict: old ? 'advice' : 'good',
    cure: old ? cure : null,
  }
}

function flashModeItem({ devmode }: FoundDevice): Item {
  const flash = devmode !== 0
  return {
    item: 'flash mode',
    is: flash ? 'yes' : 'no',
    needs: 'no',
    verdict: flash ? 'bad' : 'good',
    cure: flash ? 'switch it off and on, without its button' : null,
  }
}
