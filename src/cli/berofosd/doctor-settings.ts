import { modeFor } from '../../core/role.ts'
import type { DeviceSettings } from '../../core/settings.ts'
import type { Item } from './doctor-items.ts'

/** One setting of a berofos that matters to HA. */
export interface SettingRow {
  readonly keyword: string
  readonly wanted: (device: DeviceSettings) => string
  /** What it is when it is not as wanted. */
  readonly otherwise: 'bad' | 'advice'
  /** Whether `--fix` may write it. */
  readonly mended: boolean
  readonly cure: (device: DeviceSettings) => string
  /** What writing it may do besides. */
  readonly beware?: string
}

/**
 * In the order in which they are mended: first what could move the lines by itself. Not among them is `mode`: which way
 * the lines go is decided elsewhere.
 */
const settingRows: readonly SettingRow[] = [
  row('wdog', '0'),
  row('wdogdef', '0'),
  { ...row('modedef', '1'), wanted: ({ invert }) => String(modeFor('master', invert)) },
  { ...row('scenario', '0'), beware: 'it may move lines C--D' },
  {
    ...row('pwd', '1'),
    otherwise: 'advice',
    mended: false,
    cure: device =>
      `'${bnfosSet(device, 'apwd=PASSWORD')}', '${bnfosSet(device, 'pwd=1')}', then "login" in bnfos.conf`,
  },
  {
    ...row('dhcp', '0'),
    otherwise: 'advice',
    mended: false,
    cure: device => `'${bnfosSet(device, 'dhcp=0')}', once its address is right`,
  },
]

/** Beside what each setting is; one that the firmware does not show is not judged. */
export function settingItems(device: DeviceSettings, values: Readonly<Record<string, string>>): Item[] {
  return settingRows.map(row => {
    const needs = row.wanted(device)
    const is = values[row.keyword] ?? 'unknown'
    const item = { item: row.keyword, is, needs }
    if (is === 'unknown') return { ...item, verdict: 'unknown', cure: 'its firmware does not show it' }
    if (is === needs) return { ...item, verdict: 'good', cure: null }
    return { ...item, verdict: row.otherwise, cure: row.cure(device) + (row.beware ? `; ${row.beware}` : '') }
  })
}

/** What `--fix` has to write. */
export function settingsToMend(
  device: DeviceSettings,
  values: Readonly<Record<string, string>>,
): { readonly row: SettingRow; readonly wanted: string }[] {
  return settingRows
    .map(row => ({ row, wanted: row.wanted(device) }))
    .filter(({ row, wanted }) => row.mended && (values[row.keyword] ?? wanted) !== wanted)
}

function row(keyword: string, wanted: string): SettingRow {
  return {
    keyword,
    wanted: () => wanted,
    otherwise: 'bad',
    mended: true,
    cure: () => "'berofosd doctor --fix'",
  }
}

/** The command line for what is not ours to write. */
function bnfosSet({ name, port }: DeviceSettings, assignment: string): string {
  // bnfos.conf has no place for a port.
  return `bnfos --set ${assignment} -f ${name}${port === 80 ? '' : ` -p ${port}`}`
}
