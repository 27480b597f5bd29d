import { isIPv4 } from 'node:net'
import type { FoundDevice } from '../../berofos/gbl4/scan.ts'
import { macOf } from '../../config/bnfos-file.ts'
import { decodeValue } from '../../config/ini-file.ts'
import { type RawEntry, type RawSection, scanLines } from '../../config/ini-lines.ts'
import { printableName } from '../../config/problem.ts'

export type Found = Pick<FoundDevice, 'mac' | 'address'>

interface Merged {
  readonly content: Uint8Array
  /** What is new or different, a line each. */
  readonly changes: readonly string[]
  /** Devices of a known MAC whose host is another now. */
  readonly moves: readonly Move[]
  /** Those that no section has and that were not added. */
  readonly left: readonly Found[]
}

export interface Move {
  readonly name: string
  readonly mac: string
  readonly from: string
  /** 0.0.0.0: it has no address any more. */
  readonly to: string
}

interface MergeOptions {
  /** Whether devices are added that no section has; default yes. */
  readonly add?: boolean
  /** MACs whose host stays as it is. */
  readonly keep?: ReadonlySet<string>
}

/**
 * The file with every device found in it. A known MAC keeps its section, of which at most the host changes; a new
 * one gets the lowest free number. Every other byte stays as it is: logins, comments, sections of others.
 */
export function mergeDevices(
  content: Uint8Array,
  found: readonly Found[],
  { add = true, keep = new Set() }: MergeOptions = {},
): Merged {
  const page = openPage(content)
  const sections = scanLines(content, 'bytes').sections
  // The vendor's tool names the tenth device `[fos:]`, and people give names of their own.
  const known = sections.filter(each => deviceName.test(each.name) || entryOf(each, 'mac') !== undefined)
  const fresh: Found[] = []
  // Two devices from the factory may both be at 192.168.0.2: a section is one device's.
  const free = new Set(known)
  for (const device of found) {
    const section = sectionOf(device, [...free])
    if (section) {
      updateSection(page, section, device, keep.has(device.mac))
      free.delete(section)
    } else fresh.push(device)
  }
  const named = known.filter(({ name }) => deviceName.test(name))
  const numbers = new Set(named.map(({ name }) => Number(name.slice(3))))
  if (add) for (const device of fresh) addSection(page, lowestFree(numbers), device)
  const { changes, moves } = page
  return { content: page.content(), changes, moves, left: add ? [] : fresh }
}

const deviceName = /^fos\d{1,6}$/i
/** What a device says that has none. */
const noAddress = '0.0.0.0'

/** The lines of the file as bytes in a string each, and what is to become of them. */
interface Page {
  readonly lines: string[]
  readonly changes: string[]
  readonly moves: Move[]
  /** Line number → what comes behind it. */
  readonly insertions: Map<number, string[]>
  readonly end: string
  content(): Uint8Array
}

function openPage(content: Uint8Array): Page {
  const lines = Buffer.from(content).toString('latin1').split('\n')
  const end = lines[0]?.endsWith('\r') ? '\r' : ''
  const insertions = new Map<number, string[]>()
  const whole = () => lines.flatMap((line, index) => [line, ...(insertions.get(index + 1) ?? [])]).join('\n')
  return { lines, end, insertions, changes: [], moves: [], content: () => Buffer.from(whole(), 'latin1') }
}

/** By its MAC; a section without one by its host. */
function sectionOf({ mac, address }: Found, sections: readonly RawSection[]): RawSection | undefined {
  const byMac = sections.find(section => macOf(textOf(section, 'mac') ?? '') === mac)
  return (
    byMac ??
    sections.find(
      section => !textOf(section, 'mac') && address !== noAddress && textOf(section, 'host') === address,
    )
  )
}

function updateSection(page: Page, section: RawSection, { mac, address }: Found, keepsHost: boolean): void {
  const name = printableName(section.name.toLowerCase())
  const macEntry = entryOf(section, 'mac')
  if (!macEntry) insert(page, section.line, `mac = ${mac}`)
  else if (macEntry.rest === '') setLine(page, macEntry.line, `mac = ${mac}`)
  const host = entryOf(section, 'host')
  const before = textOf(section, 'host') ?? ''
  const wanted = address === noAddress ? `;host = ${noAddress}` : `host = ${address}`
  if (before === address) return
  if (before !== '' && !isIPv4(before)) {
    page.changes.push(`${name}: host stays ${before}, it is at ${address}`)
    return
  }
  if (before !== '') page.moves.push({ name, mac, from: before, to: address })
  if (before !== '' && keepsHost) {
    page.changes.push(`${name}: host stays ${before}, it is at ${address}`)
    return
  }
  if (host) setLine(page, host.line, replaced(page, host.line, before, address, wanted))
  else if (!restoreHost(page, section.line, address, wanted))
    insert(page, macEntry?.line ?? section.line, wanted)
  if (before !== '' || address !== noAddress)
    page.changes.push(
      address === noAddress ? `${name}: has no address now` : `${name}: host is ${address} now`,
    )
}

/** In place, so that a comment behind it stays. */
function replaced(page: Page, line: number, before: string, address: string, wanted: string): string {
  const text = page.lines[line - 1] ?? ''
  const at = before === '' || address === noAddress ? -1 : text.indexOf(before, text.indexOf('='))
  return at < 0 ? wanted : `${text.slice(0, at)}${address}${text.slice(at + before.length)}`
}

/** Puts the host where a scan had left `;host = 0.0.0.0`; false: there is no such line in the section. */
function restoreHost(page: Page, headLine: number, address: string, wanted: string): boolean {
  for (let index = headLine; index < page.lines.length; index++) {
    const line = (page.lines[index] ?? '').trim()
    if (line.startsWith('[')) return false
    if (!/^;\s*host\s*=\s*0\.0\.0\.0$/.test(line)) continue
    if (address !== noAddress) setLine(page, index + 1, wanted)
    return true
  }
  return false
}

/** As the manuals show it. */
function addSection(page: Page, number: number, { mac, address }: Found): void {
  const host = address === noAddress ? `;host = ${noAddress}` : `host = ${address}`
  const lines = [`[fos${number}]`, `mac = ${mac}`, host, '#login = <user>:<password>']
  const { lines: all, end } = page
  const last = all.at(-1) ?? ''
  // The file may lack its last line's end.
  if (last !== '') all.push('')
  if (all.length > 1 && (all.at(-2) ?? '').trim() !== '') all.splice(-1, 0, end)
  all.splice(-1, 0, ...lines.map(line => line + end))
  page.changes.push(`fos${number}: new, ${mac}${address === noAddress ? '' : ` at ${address}`}`)
}

/** Takes it. */
function lowestFree(numbers: Set<number>): number {
  let number = 1
  while (numbers.has(number)) number += 1
  numbers.add(number)
  return number
}

function insert({ insertions, end }: Page, behindLine: number, text: string): void {
  insertions.set(behindLine, [...(insertions.get(behindLine) ?? []), text + end])
}

function setLine({ lines, end }: Page, line: number, text: string): void {
  lines[line - 1] = text.endsWith('\r') ? text : text + end
}

function entryOf({ entries }: RawSection, key: string): RawEntry | undefined {
  return entries.find(entry => entry.key.toLowerCase() === key)
}

function textOf(section: RawSection, key: string): string | null {
  const entry = entryOf(section, key)
  return entry ? decodeValue(entry.rest).text : null
}
