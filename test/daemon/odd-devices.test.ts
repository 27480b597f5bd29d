import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { describe, it, type TestContext } from 'node:test'
import { openOddDevice } from '../cli/odd-device.ts'
import { NodeUnderTest } from '../helpers/node-under-test.ts'
import {
  type PageAnswer,
  type PlainBerofos,
  remade,
  startPlainBerofos,
  status,
  tripped,
  withLine,
} from '../helpers/plain-berofos.ts'
import { program } from '../helpers/programs.ts'
import { until } from '../helpers/until.ts'

/** Pages that show the mode, whatever else is wrong with them. */
const odd: Readonly<Record<string, PageAnswer>> = {
  'as it should be': remade(page => page),
  'a watchdog that has tripped': tripped,
  'a check box that shows on': withLine('2_men=on'),
  'a power port of 255': withLine('5_p0=255'),
  'a watchdog state of 3': withLine('6_wstate=3'),
  'modedef=on': withLine('1_rm=on'),
  'scenario=-1': withLine('1_sz=-1'),
  'a negative countdown': withLine('0_wretv=-5'),
  'another magic': withLine('bnfos_confmap_magic=9.9'),
  'bytes that are no UTF-8': withLine('2_mto=J\xf6rg\xff'),
  'NUL bytes': withLine('3_dn=a\0b'),
  'LF alone': remade(page => page.replaceAll('\r\n', '\n')),
  'no end of its last line': remade(page => page.trimEnd()),
  'garbage after it': remade(page => `${page}\0\0\xff<html>=</html>`),
  'every key twice': remade(page => page + page.slice(page.indexOf('bnfos'))),
  'more than 64 KiB': remade(page => page + 'x=y\r\n'.repeat(20_000)),
  'a length beyond its end': remade(page => page.replace('\r\n\r\n', '\r\nContent-Length: 70000\r\n\r\n')),
  'no close after it': (socket, mode) =>
    void socket.write(`HTTP/1.0 200 OK\r\n\r\nbnfos_confmap_magic=0.1\r\n4_mode=${mode}\r\n1_sz=0`),
}

/** Nothing that shows the mode. */
const none: Readonly<Record<string, PageAnswer>> = {
  'status 404': status('404 Not Found'),
  'status 401 without a challenge': status('401 Unauthorized'),
  'status 401 for reading alone': status('401 Unauthorized\r\nWWW-Authenticate: Basic realm="x"'),
  'status 500': status('500 Oops'),
  'a redirection': status('302 Found\r\nLocation: /login'),
  'nothing, ever': () => {},
  'nothing, and the connection closed': socket => socket.destroy(),
  'half of a head': socket => void socket.write('HTTP/1.0 20'),
  'what is not HTTP': socket => socket.end('\x00\xffno such thing\r\n\r\n'),
  'no magic line': remade(page => page.replace(/bnfos_confmap_magic.*\r\n/, '')),
  'a mode of banana': withLine('4_mode=banana'),
  'no mode': remade(page => page.replace(/4_mode.*\r\n/, '')),
  'a page of HTML': remade(() => 'HTTP/1.0 200 OK\r\n\r\n<html>log in</html>'),
}

interface Stand {
  readonly node: NodeUnderTest
  /** By what is odd about each, in the order fos1, fos2, … */
  readonly devices: ReadonlyMap<string, PlainBerofos>
}

/** A node whose relays are these devices, each odd in its own way. */
async function stand(t: TestContext): Promise<Stand> {
  const pages = { ...odd, ...none }
  const devices = new Map<string, PlainBerofos>()
  for (const [what, page] of Object.entries(pages)) devices.set(what, await startPlainBerofos(t, page))
  const ports = [...devices.values()].map(({ port }, i) => [`relay.fos${i + 1}`, { port }])
  const node = await NodeUnderTest.open(t, Object.fromEntries(ports), { relays: 0 })
  const sections = [...devices].map((_, i) => `[fos${i + 1}]\nhost = 127.0.0.1\nlogin = admin:wrong\n`)
  await writeFile(node.files.bnfosFile, sections.join('\n'))
  return { node, devices }
}

const at = (devices: Stand['devices'], mode: number) =>
  [...devices].filter(([, device]) => device.mode() === mode).map(([what]) => what)
const names = Object.keys({ ...odd, ...none })

describe('Whatever a device makes of its page', () => {
  it('the daemon moves it, and back, and says of each what it knows', async t => {
    const { node, devices } = await stand(t)
    await node.start()
    await node.untilStatus('a verdict', ({ phase }) => phase === 'steady')
    await node.steer('master dead')
    await until('all are at the slave', () => at(devices, 0).length === names.length).catch(error => {
      throw new Error(`${error.message}: ${at(devices, 1)}\n${node.lines.join('\n')}`)
    })
    const isTold = (code: string) => code === 'relay-told'
    const both = /was told mode=0 and can't be read back/
    const { relays } = await node.untilStatus('all is known', ({ relays, findings }) => {
      const confirmed = relays.filter(relay => relay.confirmed).length
      const told = findings.filter(({ code }) => isTold(code))
      // One that a busy machine keeps from answering in time is told of as slow, until it is read again.
      const isSaid = told.some(({ text }) => both.test(text))
      return confirmed === Object.keys(odd).length && told.length === Object.keys(none).length && isSaid
    })
    const open = relays.flatMap(({ confirmed }, i) => (confirmed ? [] : [names[i]]))
    assert.deepEqual(open, Object.keys(none))
    await node.untilLines(/switched fos\d+ to mode=0/, Object.keys(odd).length)
    assert.equal(node.logged(/switched fos\d+ to mode=0/).length, Object.keys(odd).length)
    await node.untilLine(
      new RegExp(`failover done: \\d+ of ${names.length} relays in \\d\\.\\d\\d s; open: `),
    )
    await node.steer('master alive')
    await until('all are at the master', () => at(devices, 1).length === names.length)
    await node.untilLines(/switched fos\d+ to mode=1/, Object.keys(odd).length)
  })

  it('a move tells it first and reads it afterwards', async t => {
    const { node, devices } = await stand(t)
    await node.start()
    await node.untilStatus('a verdict', ({ phase }) => phase === 'steady')
    const device = devices.get('as it should be')
    await node.steer('master dead')
    await until('it has moved', () => device?.mode() === 0)
    await node.untilLine(/switched fos1 to mode=0/)
    const asked = device?.asked ?? []
    const told = asked.indexOf('/?cmd=4&mode=0')
    assert.deepEqual(asked.slice(told, told + 2), ['/?cmd=4&mode=0', '/config.txt'])
  })

  it('one whose web server starts anew after each write is read back, and not told for ever', async t => {
    const device = await openOddDevice(t, '127.0.0.1', { awayMs: 700 })
    const node = await NodeUnderTest.open(t, { 'relay.fos1': { port: device.port } }, { relays: 0 })
    await writeFile(node.files.bnfosFile, '[fos1]\nhost = 127.0.0.1\n')
    await node.start()
    await node.untilStatus('a verdict', ({ phase }) => phase === 'steady')
    await node.steer('master dead')
    await node.untilLine(/switched fos1 to mode=0/)
    await node.untilStatus('it is confirmed', ({ relays }) => relays.every(({ confirmed }) => confirmed))
    await node.steer('master alive')
    await node.untilLine(/switched fos1 to mode=1/)
  })

  it('xivo-berofos moves it', async t => {
    const { node, devices } = await stand(t)
    const { configFile, bnfosFile } = node.files
    const args = [program('xivo-berofos'), 'slave', '-c', configFile, '--bnfos-conf', bnfosFile]
    const { code } = await run(args)
    assert.deepEqual([at(devices, 1), code], [[], 1])
  })

  it('bnfos moves it', async t => {
    const devices = new Map<string, PlainBerofos>()
    for (const [what, page] of Object.entries({ ...odd, ...none }))
      devices.set(what, await startPlainBerofos(t, page))
    for (const { port } of devices.values())
      await run([program('bnfos'), '--set', 'mode=0', '-h', '127.0.0.1', '-p', String(port), '-t', '1'])
    assert.deepEqual(at(devices, 1), [])
  })
})

function run(args: readonly string[]): Promise<{ code: number; err: string }> {
  return new Promise(resolve => {
    execFile(process.execPath, args, { timeout: 60_000 }, (error, _, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, err }),
    )
  })
}
