import { scanIni } from '../../config/ini-file.ts'
import { type Problem, problemTexts } from '../../config/problem.ts'
import type { Row, Rows, Values } from '../../config/row.ts'
import { relayRows, relaysOf, relaysRows } from '../../config/rows.ts'
import type { DeviceSettings, RelaySettings } from '../../core/settings.ts'
import { readConfigFile } from '../config-content.ts'

/** What the relays need of berofosd.conf. */
type RelaySections =
  | {
      readonly ok: true
      /** With port and invert; without those of which neither is certain. */
      readonly devices: readonly DeviceSettings[]
      readonly timing: RelaySettings
      /** Each a line with file and line; empty: nothing is wrong. */
      readonly problems: readonly string[]
      /** The same for what sends no relay the wrong way. */
      readonly warnings: readonly string[]
    }
  /** Nothing is known: the file can't be read. */
  | { readonly ok: false; readonly problem: string }

/**
 * [relays] and [relay.NAME] of berofosd.conf alone: the whole of it takes longer to load than relays take to move.
 * Which way a relay has to go may be in the very line that is wrong: so a relay is left out when something is wrong
 * with its section, and all that have none when it can't be told whose section is wrong. Times that are wrong have
 * their defaults, and whatever is wrong elsewhere is no reason to leave a line.
 */
export async function readRelaySections(
  file: string,
  devices: readonly DeviceSettings[],
): Promise<RelaySections> {
  const reading = await readConfigFile(file)
  if (!reading.ok) return { ok: false, problem: reading.error }
  const { sections, problems: syntax } = scanIni(reading.content)
  const problems: RelayProblem[] = [
    ...syntax.flatMap(problem => relayProblem(problem, sections, reading.content)),
    ...sections.flatMap(section => strangers(section, devices)),
  ]
  const valueIn = <T>(section: string, key: string, row: Row<T>): T => {
    const entry = sections.find(({ name }) => name === section)?.entries.find(entry => entry.key === key)
    const read = row.kind.read(entry?.value ?? row.fallback ?? '')
    if (read.ok) return read.value
    problems.push({ line: entry?.line ?? null, section, key, what: read.wrong })
    return row.kind.read(row.fallback ?? '') as never
  }
  const valuesIn = <R extends Rows>(section: string, rows: R) =>
    Object.fromEntries(
      Object.entries(rows).map(([key, row]) => [key, valueIn(section, key, row)]),
    ) as Values<R>
  const placed = devices.map(device => {
    const section = sectionOf(device.name)
    return { ...device, ...valuesIn(section, relayRows) }
  })
  const timing = relaysOf(valuesIn('relays', relaysRows))
  const names = new Set(sections.map(({ name }) => name))
  const certain = placed.filter(({ name }) => !isDoubtful(name, names, devices, problems))
  const [harmless, harmful] = [true, false].map(wanted =>
    problemTexts(
      file,
      problems.filter(problem => (problem.harmless ?? false) === wanted),
    ),
  )
  return { ok: true, devices: certain, timing, problems: harmful ?? [], warnings: harmless ?? [] }
}

/** `harmless`: it can't send a relay the wrong way. */
type RelayProblem = Problem & { readonly harmless?: boolean }

function sectionOf(device: string): string {
  return `relay.${device}`
}

/** Of some section of a relay, of which one nobody can tell. */
const someRelay = 'relay.'

function isDoubtful(
  device: string,
  sections: ReadonlySet<string>,
  devices: readonly DeviceSettings[],
  problems: readonly RelayProblem[],
): boolean {
  const doubtful = problems.filter(({ harmless = false }) => !harmless)
  const meant = doubtful.map(({ section }) => section?.toLowerCase() ?? '')
  if (meant.includes(sectionOf(device))) return true
  const known = devices.map(({ name }) => sectionOf(name))
  const nobodys = meant.some(name => name.startsWith(someRelay) && !known.includes(name))
  return nobodys && !sections.has(sectionOf(device))
}

type IniSection = ReturnType<typeof scanIni>['sections'][number]

/** A line that makes no sense, if it is or may be of a relay's section: with the name of that. */
function relayProblem(problem: Problem, sections: readonly IniSection[], content: Uint8Array): Problem[] {
  const { line } = problem
  const text = line === null ? '' : (Buffer.from(content).toString('latin1').split('\n')[line - 1] ?? '')
  const [, named = ''] = /relay\.([\w-]*)/i.exec(text) ?? []
  const within = sections.findLast(section => line !== null && section.line <= line)?.name ?? ''
  const isHead = text.trimStart().startsWith('[') || /relay\./i.test(text)
  const section = problem.section ?? (isHead ? (/relay/i.test(text) ? sectionOf(named) : '') : within)
  return /^relays?(\.|$)/i.test(section) ? [{ ...problem, section }] : []
}

/** A misspelt key or name here could send a relay the wrong way; the other sections are not looked at. */
function strangers(section: IniSection, devices: readonly DeviceSettings[]): RelayProblem[] {
  const { name, line, entries } = section
  if (name !== 'relays' && !/^relay\./i.test(name)) return []
  const known = Object.keys(name === 'relays' ? relaysRows : relayRows)
  const keys = entries.filter(({ key }) => !known.includes(key))
  const unknown = keys.map(({ key, line }) => ({
    ...{ line, section: name, key },
    what: `unknown key, expected one of ${known.join(', ')}`,
  }))
  if (name === 'relays') return unknown
  if (name !== name.toLowerCase())
    return [{ line, section: name, what: 'is not in lower case, expected such as [relay.fos1]' }, ...unknown]
  if (devices.some(device => sectionOf(device.name) === name)) return unknown
  // Left over from a device that is gone, or a misspelt name: then what it inverts is not inverted.
  const harmless = entries.every(({ key, value }) => key !== 'invert' || value === 'no')
  return [{ line, section: name, what: 'bnfos.conf has no such device', harmless }]
}
