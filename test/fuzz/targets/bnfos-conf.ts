import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseLogin } from '../../../src/berofos/http/login.ts'
import { type BnfosReading, readBnfos } from '../../../src/config/bnfos-file.ts'
import { loadDevices } from '../../../src/config/load.ts'
import { firstOf, problemTexts } from '../../../src/config/problem.ts'
import type { DeviceSettings } from '../../../src/core/settings.ts'
import { Random } from '../../helpers/random.ts'
import { sample, samples } from '../samples.ts'
import type { Target } from '../target.ts'
import { expectNoLogin, expectPlaces } from './problem-lines.ts'
import { scratch } from './scratch.ts'

export const bnfosSeeds = [
  sample('config/bnfos.conf'),
  sample('test/data/two-devices.conf'),
  ...samples('test/data/bnfos', '.conf'),
  Buffer.from(
    '[FOS2]\r\nMac=00:19:32:00:12:1d\r\nhost = 10.0.0.9 ; attic\r\nlogin = admin:a;b #c = "d\r\n\r\n[other]\r\nx=1\r\n',
  ),
  Buffer.from('[fos1]\nmac = 00:19:32:00:00:01\n;host = 0.0.0.0\n#login = <user>:<password>\n'),
]

export const bnfosWords = [
  ...[
    '[fos1]\n',
    '[FOS2]\n',
    '[fos10]\n',
    '[fos000001]\n',
    '[fos]\n',
    '[other]\n',
    '[',
    ']',
    '\n',
    '\r\n',
    '=',
    ' ; ',
    '#',
  ],
  ...[
    'mac = 00:19:32:00:12:1D\n',
    'host = 10.34.1.50\n',
    'host = 192.168.0.2\n',
    'host = 0.0.0.0\n',
    ';host = 0.0.0.0\n',
    'host = fos.example\n',
  ],
  ...[
    'login = admin:Sesame77\n',
    'login = admin:a;b"c\\\n',
    'mac =\n',
    'host =\n',
    'host\n',
    'MAC=',
    'HOST = "10.34.1.50" ; x\n',
    '__proto__',
  ],
]

export const bnfosConf: Target = {
  name: 'bnfos.conf',
  holds: 'devices that read the same when written anew, or problems with their lines',
  seeds: bnfosSeeds,
  words: bnfosWords,
  generate: bnfosText,
  limitMs: 2000,
  open() {
    const { directory, remove } = scratch()
    const file = join(directory, 'bnfos.conf')
    writeFileSync(file, '', { mode: 0o600 })
    return {
      async run(input) {
        const { devices, problems } = readTwice(file, input)
        // Files take their time, so most inputs go to the parser at once.
        if (!new Random(input).oneIn(32)) return
        writeFileSync(file, input)
        const loaded = await loadDevices(file)
        assert.equal(loaded.ok, problems.length === 0, 'the file says something else')
        if (loaded.ok) assert.deepEqual(loaded.devices, devices)
        else assert.deepEqual(loaded.problems, problemTexts(file, problems))
      },
      close: remove,
    }
  },
}

/** Sections with what they may hold, mostly in order. */
export function bnfosText(random: Random): Buffer {
  const sections = random.many(0, 4, n => {
    const mac = `mac = 00:19:32:00:12:${random.pick(['1D', '1d', '01', 'FF', 'GG'])}\n`
    const lines = random.many(0, 4, () => (random.oneIn(3) ? mac : random.pick(bnfosWords.slice(10))))
    return `[${random.oneIn(10) ? 'other' : `fos${n + random.below(3)}`}]\n${random.oneIn(5) ? '' : mac}${lines.join('')}`
  })
  return Buffer.from(`${random.oneIn(3) ? '# head\n' : ''}${sections.join(random.oneIn(2) ? '\n' : '')}`)
}

function readTwice(file: string, input: Buffer): BnfosReading {
  const read = readBnfos(input)
  const said = [read.problems, read.warnings].map(each => firstOf(problemTexts(file, each)))
  for (const texts of said) {
    expectPlaces(file, input, texts)
    expectNoLogin(input, texts)
  }
  const { devices, problems } = read
  if (problems.length > 0) return read
  for (const device of devices) expectDevice(device, input)
  assert.equal(new Set(devices.map(({ name }) => name)).size, devices.length, 'two devices have one name')
  const second = readBnfos(Buffer.from(devices.map(deviceBytes).join('\n'), 'latin1'))
  assert.deepEqual([second.devices, second.problems, second.warnings], [devices, [], []])
  return read
}

function expectDevice({ name, host, mac, login }: DeviceSettings, input: Buffer): void {
  assert.match(name, /^fos\d{1,6}$/)
  assert.ok(host !== null || mac !== null, 'a device is nowhere')
  if (mac !== null) assert.match(mac, /^[0-9A-F]{2}(:[0-9A-F]{2}){5}$/)
  if (host !== null) assert.match(host, /^[\w.:%-]+$/)
  if (login === null) return
  const inFile = input.includes(Buffer.from(loginBytes(login), 'latin1'))
  assert.ok(inFile && login.includes(':'), 'a login that the file has not')
}

/** As it goes to the device: one character a byte. */
function loginBytes(login: string): string {
  const { user, password } = parseLogin(login)
  return `${user}:${password}`
}

/** Its section, one character a byte. */
function deviceBytes({ name, host, mac, login }: DeviceSettings): string {
  const bytes = login === null ? null : loginBytes(login)
  const words = Object.entries({ host, mac, login: bytes }).filter(([, value]) => value !== null)
  return [`[${name}]`, ...words.map(([key, value]) => `${key} = ${value}`), ''].join('\n')
}
