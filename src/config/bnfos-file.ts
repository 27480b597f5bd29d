import type { DeviceSettings } from '../core/settings.ts'
import { deviceHostForm, isDeviceHost } from './host-name.ts'
import { decodeValue, repeatedKeys, repeatedSections } from './ini-file.ts'
import { type RawEntry, type RawSection, scanLines } from './ini-lines.ts'
import { good, malformed, type Parsed } from './parsed.ts'
import type { Problem } from './problem.ts'

/** What bnfos.conf says. `devices` are those without a problem, in file order. */
export interface BnfosReading {
  readonly devices: readonly DeviceSettings[]
  readonly problems: readonly Problem[]
  readonly warnings: readonly Problem[]
}

/** HTTP port of a berofos unless [relay.NAME] says otherwise: its factory default. */
const factoryPort = 80

/**
 * Reads bnfos.conf, the vendor's file: a section [fosN] for each device, with mac, host and login. Names of sections
 * and keys match without case. What else stands in it is another tool's business: a warning, not a problem.
 */
export function readBnfos(content: Uint8Array): BnfosReading {
  const raw = scanLines(content)
  const sections = raw.sections.map(section => ({ ...section, name: section.name.toLowerCase() }))
  const fos = sections.filter(({ name }) => deviceName.test(name))
  const strangers = sections.filter(({ name }) => !deviceName.test(name))
  const read = fos.map(readDevice)
  return {
    devices: read.flatMap(({ device }) => device ?? []),
    problems: [...raw.problems, ...repeatedSections(fos), ...read.flatMap(({ problems }) => problems)],
    warnings: [
      ...strangers.map(({ name, line }) => ({ line, section: name, what: stranger })),
      ...read.flatMap(({ warnings }) => warnings),
    ],
  }
}

const deviceName = /^fos\d{1,6}$/
const stranger = 'ignored, a device is called fos and a number, such as [fos1]'

interface DeviceReading {
  readonly device: DeviceSettings | null
  readonly problems: readonly Problem[]
  readonly warnings: readonly Problem[]
}

function readDevice({ name, line, entries }: RawSection): DeviceReading {
  const folded = entries.map(entry => ({ ...entry, key: entry.key.toLowerCase() }))
  const problems = repeatedKeys(name, folded)
  const texts = { host: null, mac: null, login: null, ...readKeys(name, folded, problems) }
  const unreachable = texts.host === null && texts.mac === null
  if (unreachable && problems.length === 0) problems.push({ line, section: name, what: nowhere })
  const warnings = folded
    .filter(({ key }) => !Object.hasOwn(readers, key))
    .map(entry => unknownKey(name, entry))
  const device = { name, ...texts, port: factoryPort, invert: false }
  return { device: problems.length === 0 ? device : null, problems, warnings }
}

const nowhere = 'has neither host nor mac, expected at least one of them'

function unknownKey(section: string, { key, line }: RawEntry): Problem {
  return { line, section, key, what: 'unknown key, ignored, expected mac, host or login' }
}

type Texts = Partial<Record<keyof typeof readers, string | null>>

function readKeys(section: string, entries: readonly RawEntry[], problems: Problem[]): Texts {
  const texts: Texts = {}
  for (const { key, rest, line } of entries) {
    if (!isKnown(key)) continue
    const read = readers[key](rest)
    if (read.ok) texts[key] = read.value
    else problems.push({ line, section, key, what: read.wrong })
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
  if (/^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i.test(text)) return good(text.toUpperCase())
  return malformed('malformed', 'six bytes such as 00:19:32:00:12:1D')
}

/** Byte for byte: no comment, no quotes, no escapes. Nothing of it goes into a message. */
function readLogin(rest: string): Parsed<string | null> {
  if (rest === '') return good(null)
  return rest.includes(':') ? good(rest) : malformed('malformed', 'user:password')
}
