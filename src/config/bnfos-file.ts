import type { DeviceSettings } from '../core/settings.ts'
import { deviceHostForm, isDeviceHost } from './host-name.ts'
import { decodeValue, repeatedKeys, repeatedSections } from './ini-file.ts'
import { type RawEntry, type RawSection, scanLines } from './ini-lines.ts'
import { good, malformed, type Parsed } from './parsed.ts'
import type { Problem } from './problem.ts'

/** A section of bnfos.conf that is meant for a device, whatever its name. */
export interface DeviceSection {
  /** What makes no sense in it is null there. */
  readonly device: DeviceSettings
  readonly line: number
  /** Line of its host; null: it has none. */
  readonly hostLine: number | null
  /** Line of its MAC; null: it has none. */
  readonly macLine: number | null
  /** What is wrong with it; empty: it is sound. */
  readonly problems: readonly Problem[]
}

/** What bnfos.conf says. */
export interface BnfosReading {
  /** The sound ones of those called fos and a number, in file order: what the daemon works with. */
  readonly devices: readonly DeviceSettings[]
  /** All of them, in file order: the drop-ins do with each what they can, as the vendor's tool did. */
  readonly sections: readonly DeviceSection[]
  /** For the daemon: of lines that are nothing, and of sections called fos and a number. */
  readonly problems: readonly Problem[]
  /** Those of `problems` that are of no section. */
  readonly strayLines: readonly Problem[]
  readonly warnings: readonly Problem[]
}

/** HTTP port of a berofos unless [relay.NAME] says otherwise: its factory default. */
const factoryPort = 80

/**
 * Reads bnfos.conf, the vendor's file: a section [fosN] for each device, with mac, host and login. Names of sections
 * and keys match without case. It is bytes, not text: a login or a comment in Latin-1 is as good as one in UTF-8. What
 * else is in it is another tool's business: a warning, not a problem.
 */
export function readBnfos(content: Uint8Array): BnfosReading {
  const raw = scanLines(content, 'bytes')
  const all = raw.sections.map(section => ({ ...section, name: section.name.toLowerCase() }))
  const again = repeatedSections(all)
  const read = all.map(section => readSection(section, again))
  const own = read.filter(({ section }) => isDaemonName(section.device.name))
  const strangers = read.filter(({ section }) => !isDaemonName(section.device.name))
  return {
    devices: own.flatMap(({ section }) => (section.problems.length === 0 ? [section.device] : [])),
    sections: read.filter(({ meant }) => meant).map(({ section }) => section),
    strayLines: raw.problems,
    problems: [...raw.problems, ...own.flatMap(({ section }) => section.problems)],
    warnings: [
      ...strangers.map(({ section: { device, line } }) => ({ line, section: device.name, what: stranger })),
      ...own.flatMap(({ warnings }) => warnings),
    ],
  }
}

/** Whether the daemon drives a device of this name, which is in lower case. */
function isDaemonName(name: string): boolean {
  return /^fos\d{1,6}$/.test(name)
}

const stranger = 'ignored, a device is called fos and a number, such as [fos1]'

interface SectionReading {
  readonly section: DeviceSection
  /** Its name or one of its keys says that it is a device's. */
  readonly meant: boolean
  readonly warnings: readonly Problem[]
}

function readSection({ name, line, entries }: RawSection, again: readonly Problem[]): SectionReading {
  const folded = entries.map(entry => ({ ...entry, key: entry.key.toLowerCase() }))
  const problems = [...again.filter(problem => problem.line === line), ...repeatedKeys(name, folded)]
  const texts = { host: null, mac: null, login: null, ...readKeys(name, folded, problems) }
  const unreachable = texts.host === null && texts.mac === null
  if (unreachable && problems.length === 0) problems.push({ line, section: name, what: nowhere })
  const warnings = folded.filter(({ key }) => !isKnown(key)).map(entry => unknownKey(name, entry))
  const device = { name, ...texts, port: factoryPort, invert: false }
  const lineOf = (wanted: string) => folded.find(({ key }) => key === wanted)?.line ?? null
  const meant = isDaemonName(name) || folded.some(({ key }) => isKnown(key))
  return {
    section: { device, line, hostLine: lineOf('host'), macLine: lineOf('mac'), problems },
    meant,
    warnings,
  }
}

const nowhere = 'has neither host nor mac, expected at least one of them'

function unknownKey(section: string, { key, line }: RawEntry): Problem {
  return { line, section, key, what: 'unknown key, ignored, expected mac, host or login' }
}

type Texts = Partial<Record<keyof typeof readers, string | null>>

function readKeys(section: string, entries: readonly RawEntry[], problems: Problem[]): Texts {
  const texts: Texts = {}
  for (const { key, rest, line } of entries) {
    // Of a key that is repeated the first one counts.
    if (!isKnown(key) || texts[key] !== undefined) continue
    const read = readers[key](rest)
    texts[key] = read.ok ? read.value : null
    if (!read.ok) problems.push({ line, section, key, what: read.wrong })
  }
  return texts
}

/** null: the key is there but says nothing. */
const readers = { host: readHost, mac: readMac, login: readLogin } as const satisfies Record<
  string,
  (rest: string) => Parsed<string | null>
>

function isKnown(key: string): key is keyof typeof readers {
  return Object.hasOwn(readers, key)
}

/** 0.0.0.0 is what the vendor's scan writes for a device without an address. */
function readHost(rest: string): Parsed<string | null> {
  const { text } = decodeValue(rest)
  if (text === '0.0.0.0' || rest === '') return good(null)
  return isDeviceHost(text) ? good(text) : malformed('malformed', deviceHostForm)
}

function readMac(rest: string): Parsed<string | null> {
  const { text } = decodeValue(rest)
  if (rest === '') return good(null)
  const mac = macOf(text)
  return mac === null ? malformed('malformed', 'six bytes such as 00:19:32:00:12:1D') : good(mac)
}

/** Upper case with `:`, whether it is written with `:`, `-` or `.`; null: it is no MAC. */
export function macOf(text: string): string | null {
  if (!/^[0-9a-f]{2}(?:[:.-][0-9a-f]{2}){5}$/i.test(text)) return null
  return text.toUpperCase().replace(/[.-]/g, ':')
}

/** Byte for byte: no comment, no quotes, no escapes. Nothing of it goes into a message. */
function readLogin(rest: string): Parsed<string | null> {
  if (rest === '') return good(null)
  return rest.includes(':') ? good(rest) : malformed('malformed', 'user:password')
}
