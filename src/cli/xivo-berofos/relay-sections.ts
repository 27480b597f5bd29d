import { scanIni } from '../../config/ini-file.ts'
import { type Problem, problemTexts } from '../../config/problem.ts'
import type { Row } from '../../config/row.ts'
import { relayRows, relaysRows } from '../../config/rows.ts'
import type { DeviceSettings, RelaySettings } from '../../core/settings.ts'
import { readConfigFile } from '../config-content.ts'

/** What the relays need of berofosd.conf. */
export type RelaySections =
  | {
      readonly ok: true
      /** With port and invert. */
      readonly devices: readonly DeviceSettings[]
      readonly timing: RelaySettings
    }
  | { readonly ok: false; readonly problems: readonly string[] }

/**
 * [relays] and [relay.NAME] of berofosd.conf alone: the whole of it takes longer to load than relays take to move. A
 * file that can't be read or understood is a problem: which way a relay has to go may stand in the very line that is
 * wrong.
 */
export async function readRelaySections(
  file: string,
  devices: readonly DeviceSettings[],
): Promise<RelaySections> {
  const reading = await readConfigFile(file)
  if (!reading.ok) return { ok: false, problems: [reading.error] }
  const { sections, problems: syntax } = scanIni(reading.content)
  const problems: Problem[] = [...syntax, ...sections.flatMap(strangers)]
  const valueIn = <T>(section: string, key: string, row: Row<T>): T => {
    const entry = sections.find(({ name }) => name === section)?.entries.find(entry => entry.key === key)
    const read = row.kind.read(entry?.value ?? row.fallback ?? '')
    if (read.ok) return read.value
    problems.push({ line: entry?.line ?? null, section, key, what: read.wrong })
    return row.kind.read(row.fallback ?? '') as never
  }
  const placed = devices.map(device => {
    const section = `relay.${device.name}`
    const port = valueIn(section, 'port', relayRows.port)
    return { ...device, port, invert: valueIn(section, 'invert', relayRows.invert) }
  })
  const timing = {
    timeoutMs: valueIn('relays', 'timeout', relaysRows.timeout),
    auditIntervalMs: valueIn('relays', 'audit_interval', relaysRows.audit_interval),
    retryMs: valueIn('relays', 'retry', relaysRows.retry),
    retryMaxMs: valueIn('relays', 'retry_max', relaysRows.retry_max),
  }
  if (problems.length > 0) return { ok: false, problems: problemTexts(file, problems) }
  return { ok: true, devices: placed, timing }
}

/** A misspelt key here could send a relay the wrong way; the other sections are not looked at. */
function strangers(section: IniSection): Problem[] {
  const { name, line, entries } = section
  if (name !== 'relays' && !/^relay\./i.test(name)) return []
  const known = Object.keys(name === 'relays' ? relaysRows : relayRows)
  const miscased = { line, section: name, what: 'is not in lower case, expected such as [relay.fos1]' }
  const keys = entries.filter(({ key }) => !known.includes(key))
  const unknown = keys.map(({ key, line }) => ({
    ...{ line, section: name, key },
    what: `unknown key, expected one of ${known.join(', ')}`,
  }))
  return name === name.toLowerCase() ? unknown : [miscased, ...unknown]
}
type IniSection = ReturnType<typeof scanIni>['sections'][number]
