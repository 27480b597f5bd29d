import assert from 'node:assert/strict'
import { type Found, mergeDevices } from '../../../src/cli/bnfos/conf-merge.ts'
import { readBnfos } from '../../../src/config/bnfos-file.ts'
import { Random } from '../../helpers/random.ts'
import { expectOneLine } from '../expect.ts'
import type { Target } from '../target.ts'
import { bnfosSeeds, bnfosText, bnfosWords } from './bnfos-conf.ts'

export const bnfosMerge: Target = {
  name: 'bnfos-scan-x',
  holds: 'every other line kept, every device named, and the same the second time',
  seeds: bnfosSeeds,
  words: bnfosWords,
  generate: bnfosText,
  limitMs: 2000,
  open: () => ({ run: input => mergeTwice(input, foundFor(input)) }),
}

/** Devices that the file has, by MAC or by host, and others; each MAC once, as a scan gives them. */
function foundFor(input: Buffer): Found[] {
  const random = new Random(input)
  const macs = [...input.toString('latin1').matchAll(/(?:[0-9a-f]{2}:){5}[0-9a-f]{2}/gi)].map(([mac]) =>
    mac.toUpperCase(),
  )
  const hosts = [...input.toString('latin1').matchAll(/\b10\.\d{1,2}\.\d{1,2}\.\d{1,2}\b/g)].map(
    ([host]) => host,
  )
  const found = random.many(0, 4, n => ({
    mac: random.pick([...macs.slice(0, 6), `00:11:22:33:44:0${n}`, '00:19:32:00:12:1D']),
    address: random.pick([
      ...hosts.slice(0, 6).filter(isAddress),
      '0.0.0.0',
      '192.168.0.2',
      '10.34.1.50',
      `10.0.0.${n}`,
    ]),
  }))
  return [...new Map(found.map(device => [device.mac, device])).values()]
}

function isAddress(text: string): boolean {
  return text.split('.').every(part => Number(part) <= 255 && String(Number(part)) === part)
}

function mergeTwice(input: Buffer, found: readonly Found[]): void {
  const once = mergeDevices(input, found)
  // A file with mistakes is refused before it comes so far.
  if (readBnfos(input).problems.length > 0) return
  for (const change of once.changes) expectOneLine(change)
  // A section of another name is the drop-ins' alone.
  const { problems, sections } = readBnfos(once.content)
  assert.equal(problems[0]?.what, undefined, 'the file is broken by it')
  for (const { mac } of found)
    assert.ok(
      sections.some(({ device }) => device.mac === mac),
      `"${mac}" is missing`,
    )
  const content = Buffer.from(once.content)
  expectKept(input, content)
  const again = Buffer.from(mergeDevices(content, found).content)
  assert.ok(again.equals(content), 'the same scan changes the file a second time')
}

const hostOrMac = /^[ \t]*(?:;[ \t]*host|host|mac)[ \t]*=/i

/** All lines that say neither host nor MAC are there, in order and byte for byte. */
function expectKept(before: Buffer, after: Buffer): void {
  const lines = (bytes: Buffer) =>
    bytes
      .toString('latin1')
      .split('\n')
      .filter(line => !hostOrMac.test(line))
  const kept = lines(after)
  let at = 0
  const old = lines(before)
  for (const [index, line] of old.entries()) {
    // The last line may get an end.
    const same = (candidate: string) =>
      candidate === line || (index === old.length - 1 && candidate === `${line}\r`)
    while (at < kept.length && !same(kept[at] ?? '')) at += 1
    assert.ok(at < kept.length, `a line is lost: ${JSON.stringify(line.slice(0, 60))}`)
    at += 1
  }
}
