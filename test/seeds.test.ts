import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { before, describe, it, type TestContext } from 'node:test'
import { openGbl4Server } from '../src/simulator/gbl4-server.ts'
import { openHttpServer } from '../src/simulator/http-server.ts'
import {
  createSimulatedDevice,
  rebootDevice,
  type SimulatedDevice,
} from '../src/simulator/simulated-device.ts'
import { systemClock } from '../src/system/clock.ts'
import { freeUdpPort, ownAddress } from './cli/bnfos/run-bnfos.ts'
import { follow, type Ran } from './cli/run-berofosd.ts'
import { programs as builtPrograms } from './helpers/programs.ts'
import { temporary } from './helpers/temporary.ts'

// The manuals that people set their berofos up by, word by word.
const manuals = 'test/data/seeds'
const password = 'Sesame7'
/** The address that the DHCP server gave it, and the one it gets: those of the manuals, on loopback. */
const [dynamic, fixed] = [ownAddress(50), ownAddress(20)]

const texts = readdirSync(manuals).map(name => [name, readFileSync(join(manuals, name), 'utf8')] as const)

/** A line of a manual that is to be typed. */
function commandLines(text: string): string[] {
  const typed = /^\s*((?:bnfos --|xivo-berofos (?:master|slave)).*?)\s*$/
  return text.split('\n').flatMap(line => typed.exec(line)?.[1] ?? [])
}

/** As somebody types it who has "replaced the network configuration with his own". One manual has lost it. */
function filledIn(line: string, address: string): string {
  return line
    .replace('<berofos ip>', address)
    .replace('<password>', password)
    .replace(
      /-i(?: 10\.34\.1\.20)? -n(?: 255\.255\.255\.0)? -g(?: 10\.34\.1\.1)? /,
      `-i ${fixed} -n 255.0.0.0 -g 127.0.0.1 `,
    )
}

/** What is done by hand after a command, by how that begins. */
const byHand: readonly (readonly [begins: string, act: (bench: Bench) => Promise<void> | void])[] = [
  ['bnfos --scan -x -h', ({ berofos }) => berofos.holdButton()],
  ['bnfos --flash', ({ berofos }) => berofos.powerCycle()],
  ['bnfos --set pwd=1', ({ conf }) => editLogin(conf)],
]

interface Bench {
  readonly berofos: Berofos
  readonly conf: string
}

describe('The command lines of the manuals', () => {
  let programs = ''
  before(() => {
    programs = builtPrograms()
  })

  for (const [name, text] of texts) {
    it(`are all found in ${name}`, () => {
      const mentions = text.split('\n').filter(line => /bnfos -|xivo-berofos m/.test(line))
      assert.deepEqual(
        commandLines(text),
        mentions.map(line => line.trim()).filter(line => line.length > 'xivo-berofos'.length),
      )
      assert.equal(commandLines(text).length, 13)
    })

    it(`of ${name} set up a berofos from the factory for HA, in order and as written`, async t => {
      if (!(await port80())) return t.skip('port 80 can not be had here')
      const directory = temporary(t)
      const conf = join(directory, 'bnfos.conf')
      const firmware = Buffer.alloc(20_000, 'firmware 1.53\0')
      writeFileSync(join(directory, 'bnfos_v153.bin'), firmware)
      const berofos = await Berofos.open(t)
      const env = {
        PATH: `${programs}:${process.env.PATH}`,
        BNFOS_CONF: conf,
        BNFOS_GBL4_PORT: String(berofos.gbl4Port),
      }
      const said: string[] = []
      for (const line of commandLines(text)) {
        const typed = filledIn(line, berofos.address)
        const ran: Ran = await follow(
          spawn('sh', ['-c', typed], { cwd: directory, env, stdio: ['ignore', 'pipe', 'pipe'] }),
        ).ended
        assert.equal(ran.code, 0, `${typed}: ${ran.err}`)
        said.push(ran.out + ran.err)
        const [, act] = byHand.find(([begins]) => typed.startsWith(begins)) ?? []
        await act?.({ berofos, conf })
      }
      const { values } = berofos.device
      const reached = ['address', 'dhcp', 'pwd', 'apwd', 'wdog', 'wdogdef', 'scenario', 'mode', 'modedef']
      assert.deepEqual(Object.fromEntries(reached.map(keyword => [keyword, values.get(keyword)])), {
        ...{ address: fixed, dhcp: '0', pwd: '1', apwd: password },
        ...{ wdog: '0', wdogdef: '0', scenario: '0', mode: '1', modedef: '1' },
      })
      assert.equal(berofos.device.firmware, '1.53')
      assert.deepEqual(berofos.device.flashedFirmware?.subarray(0, firmware.length), firmware)
      assert.equal(
        readFileSync(conf, 'utf8'),
        `[fos1]\nmac = 00:19:32:00:12:1D\nhost = ${fixed}\nlogin = admin:${password}\n`,
      )
      assert.ok(!said.join('').includes(password))
    })
  }
})

/** A new berofos that somebody stands before. */
class Berofos {
  device: SimulatedDevice = createSimulatedDevice({
    firmware: '1.33',
    auth: 'digest',
    values: {
      ...{ address: dynamic, netmask: '255.0.0.0', pwd: '0' },
      ...{ wdog: '1', wdogdef: '1', scenario: '1', mode: '0', modedef: '0', wdogitime: '60000' },
    },
  })
  address = dynamic
  readonly gbl4Port: number
  #servers: { close(): Promise<void> }[] = []
  #cycled = false

  static async open(t: TestContext): Promise<Berofos> {
    const berofos = new Berofos(await freeUdpPort())
    await berofos.#plugIn()
    t.after(() => berofos.#unplug())
    return berofos
  }

  constructor(gbl4Port: number) {
    this.gbl4Port = gbl4Port
  }

  /** Into flash mode; once it is set up nobody does that any more. */
  holdButton(): void {
    this.device.flashMode = !this.#cycled
  }

  /** Off and on: it has its new address, and runs what was flashed. */
  async powerCycle(): Promise<void> {
    await this.#unplug()
    rebootDevice(this.device, systemClock.mono())
    const { flashedFirmware, values } = this.device
    assert.ok(flashedFirmware, 'was flashed whole')
    const updated = createSimulatedDevice({
      auth: 'digest',
      firmware: '1.53',
      values: Object.fromEntries(values),
    })
    this.device = Object.assign(updated, { flashedFirmware })
    this.address = values.get('address') ?? ''
    this.#cycled = true
    await this.#plugIn()
  }

  async #plugIn(): Promise<void> {
    const at = { host: this.address, clock: systemClock }
    const http = openHttpServer(this.device, { ...at, port: 80 })
    const gbl4 = openGbl4Server(this.device, { ...at, port: this.gbl4Port })
    await http.listen()
    this.#servers.push(http)
    await gbl4.listen()
    this.#servers.push(gbl4)
  }

  async #unplug(): Promise<void> {
    await Promise.all(this.#servers.splice(0).map(server => server.close()))
  }
}

function editLogin(conf: string): void {
  const text = readFileSync(conf, 'utf8')
  assert.ok(text.includes('#login = <user>:<password>\n'), text)
  writeFileSync(conf, text.replace('#login = <user>:<password>', `login = admin:${password}`))
}

/** The command lines name no port, so the device has to have its usual one. */
function port80(): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(80, dynamic, () => server.close(() => resolve(true)))
  })
}
