import type { DeviceError, DeviceReply, Reading, SettableDevice } from '../../berofos/device.ts'
import type { FoundDevice } from '../../berofos/gbl4/device.ts'
import { openDevice } from '../../berofos/http/client.ts'
import type { DeviceSettings } from '../../core/settings.ts'
import type { Clock } from '../../system/clock.ts'
import { askNetconf, firmwareItems, strangerItem } from './doctor-firmware.ts'
import type { Change, DeviceReport, Item } from './doctor-items.ts'
import { mend } from './doctor-mend.ts'
import { settingItems } from './doctor-settings.ts'
import { askTwice } from './doctor-twice.ts'

export interface ExamineOptions {
  readonly clock: Clock
  /** Of each request over HTTP. */
  readonly timeoutMs: number
  /** Every section of bnfos.conf. */
  readonly all: readonly DeviceSettings[]
  /** Also mends what can be mended. */
  readonly fix: boolean
}

/** Asks one device over HTTP and GBL4; with `fix` mends it, and reports how it is then. Never rejects. */
export async function examineDevice(
  settings: DeviceSettings,
  options: ExamineOptions,
): Promise<DeviceReport> {
  const { name, host, port } = settings
  const [found, netconf, stranger] = await Promise.all([
    host === null ? null : readAndMend({ ...settings, host }, options),
    askNetconf(settings, options.clock),
    strangerItem(settings, options.all, options.clock),
  ])
  const asked = found === null ? [hostlessItem(netconf)] : readingItems(settings, found.reply)
  return {
    name,
    address: host === null ? 'no host' : `${host}:${port}`,
    items: [...asked, ...stranger, ...firmwareItems(settings, netconf)],
    changes: found?.changes ?? [],
  }
}

type Reached = DeviceSettings & { readonly host: string }

async function readAndMend(settings: Reached, { clock, timeoutMs, fix }: ExamineOptions) {
  const { host, port, login } = settings
  const device: SettableDevice = openDevice({ host, port, login, timeoutMs }, clock)
  try {
    const first = await askTwice(() => device.read(), clock)
    const changes: readonly Change[] =
      fix && first.ok ? await mend(settings, device, first.value.values, clock) : []
    const reply = changes.length > 0 ? await askTwice(() => device.read(), clock) : first
    return { reply, changes }
  } finally {
    device.close()
  }
}

function readingItems(settings: DeviceSettings, reply: DeviceReply<Reading>): Item[] {
  if (!reply.ok) return errorItems(settings, reply.error)
  const { values, warning } = reply.value
  const login = values.pwd === '1' ? 'accepted' : 'not asked for'
  return [
    reachable('yes', null),
    { item: 'login', is: login, needs: 'accepted', verdict: 'good', cure: null },
    ...settingItems(settings, values),
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
  return reachable('no', `bnfos.conf has no host for it: add one, ${found}`)
}

function reachable(is: string, cure: string | null): Item {
  return { item: 'reachable', is, needs: 'yes', verdict: cure === null ? 'good' : 'bad', cure }
}
