import { type DeviceWants, deviceWants } from '../../core/relay/device-wants.ts'
import type { DeviceSettings, SiteSettings } from '../../core/settings.ts'
import type { Item } from './doctor-items.ts'

/** One setting of a berofos that matters to HA. */
export interface SettingRow {
  readonly keyword: string
  readonly wanted: (device: DeviceSettings, site: SiteSettings) => string
  /** What it is when it is not as wanted. */
  readonly otherwise: 'bad' | 'advice'
  /** Whether `--fix` may write it. */
  readonly isFixable: boolean
  readonly cure: (device: DeviceSettings) => string
  /** What writing it may do besides. */
  readonly beware?: string
}

/**
 * In the order in which they are corrected: first what could move the lines by itself. Not among them is `mode`: which way
 * the lines go is decided elsewhere.
 */
const settingRows: readonly SettingRow[] = [
  wantedRow('wdogitime'),
  wantedRow('wdog'),
  wantedRow('wdogdef'),
  wantedRow('modedef'),
  { ...wantedRow('scenario'), beware: 'it may move lines C--D' },
  {
    ...row('pwd', '1'),
    otherwise: 'advice',
    isFixable: false,
    cure: device =>
      `'${bnfosSet(device, 'apwd=PASSWORD')}', '${bnfosSet(device, 'pwd=1')}', then "login" in bnfos.conf`,
  },
  {
    ...row('dhcp', '0'),
    otherwise: 'advice',
    isFixable: false,
    cure: device => `'${bnfosSet(device, 'dhcp=0')}', once its address is right`,
  },
]

/** Beside what each setting is; one that the firmware does not show is not judged. */
export function settingItems(
  device: DeviceSettings,
  site: SiteSettings,
  values: Readonly<Record<string, string>>,
): Item[] {
  return rowsFor(site, values).map(row => {
    const needs = row.wanted(device, site)
    const is = values[row.keyword] ?? 'unknown'
    const item = { item: row.keyword, is, needs }
    if (is === 'unknown') return { ...item, verdict: 'unknown', cure: 'its firmware does not show it' }
    if (is === needs) return { ...item, verdict: 'good', cure: null }
    const cure = row.cure(device) + (row.beware ? `; ${row.beware}` : '')
    const fix = row.isFixable ? { fixable: true as const, ...(row.beware && { beware: row.beware }) } : {}
    return { ...item, verdict: row.otherwise, cure, ...fix }
  })
}

/** What `--fix` has to write. */
export function settingsToMend(
  device: DeviceSettings,
  site: SiteSettings,
  values: Readonly<Record<string, string>>,
): { readonly row: SettingRow; readonly wanted: string }[] {
  return rowsFor(site, values)
    .map(row => ({ row, wanted: row.wanted(device, site) }))
    .filter(({ row, wanted }) => row.isFixable && (values[row.keyword] ?? wanted) !== wanted)
}

/** The interval of the watchdog matters only where there is to be one, and so does who kicks it. */
function rowsFor(site: SiteSettings, values: Readonly<Record<string, string>>): readonly SettingRow[] {
  if (site.kind === 'pair') return settingRows.filter(({ keyword }) => keyword !== 'wdogitime')
  const changes = values.wdog === '2' ? tripped : { beware: untilKicked }
  return settingRows.map(each => (each.keyword === 'wdog' ? { ...each, ...changes } : each))
}

const untilKicked = 'it bypasses its lines unless a berofosd that runs kicks it'

/** Undone by the rules of failing back only: a write here would neither be that, nor last. */
const tripped: Partial<SettingRow> = {
  isFixable: false,
  cure: () => 'it has tripped, its lines are at the PBX: a berofosd that runs brings them back',
}

/** What a device of this kind of site needs, by core/relay/device-wants.ts. */
function wantedRow(keyword: keyof DeviceWants): SettingRow {
  return { ...row(keyword, ''), wanted: (device, site) => deviceWants(site, device)[keyword] ?? '' }
}

function row(keyword: string, wanted: string): SettingRow {
  return {
    keyword,
    wanted: () => wanted,
    otherwise: 'bad',
    isFixable: true,
    cure: () => "'berofosd doctor --fix'",
  }
}

/** The command line for what is not ours to write. */
function bnfosSet({ name, port }: DeviceSettings, assignment: string): string {
  // bnfos.conf has no place for a port.
  return `bnfos --set ${assignment} -f ${name}${port === 80 ? '' : ` -p ${port}`}`
}
