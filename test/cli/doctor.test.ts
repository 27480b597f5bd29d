import assert from 'node:assert/strict'
import { appendFileSync, rmSync, writeFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import type { DeviceReport, Item } from '../../src/cli/berofosd/doctor-items.ts'
import type { SimulatedDeviceOptions } from '../../src/simulator/simulated-device.ts'
import { NodeUnderTest } from '../helpers/node-under-test.ts'
import { at, runBerofosd, widthOf } from './run-berofosd.ts'

const open = NodeUnderTest.open
type Context = Parameters<typeof open>[0]

/** As the set-up for HA leaves it. */
const settled: SimulatedDeviceOptions = {
  auth: 'basic',
  values: { apwd: 'Secret;1', dhcp: '0' },
}
const neglected = { wdog: '1', wdogstate: '1', wdogdef: '1', modedef: '0', scenario: '1' }

/** A node whose second berofos is as told; the others are as they should be. */
function openWith(t: Context, device: SimulatedDeviceOptions, overrides = {}) {
  const odd = { ...settled, ...device, values: { ...settled.values, ...device.values } }
  return open(t, overrides, { device: number => (number === 2 ? odd : settled) })
}

interface Diagnosis {
  readonly ok: boolean
  readonly devices: readonly DeviceReport[]
  readonly node: readonly Item[]
}

async function diagnose(
  node: NodeUnderTest,
  ...args: string[]
): Promise<Diagnosis & { code: number | null }> {
  const { code, out, err } = await at(node, 'doctor', '--json', ...args)
  assert.equal(out.split('\n').length, 2, `${out}${err}`)
  return { code, ...JSON.parse(out) }
}

/** What is not good of the second device: item → verdict. */
function faultsOf({ devices }: Diagnosis): Record<string, string> {
  const items = devices[1]?.items ?? []
  const faults = items.filter(({ verdict }) => verdict === 'bad' || verdict === 'advice')
  return Object.fromEntries(faults.map(({ item, verdict }) => [item, verdict]))
}

function itemOf({ devices }: Diagnosis, name: string): Item | undefined {
  return devices[1]?.items.find(({ item }) => item === name)
}

const writesTo = (node: NodeUnderTest) =>
  node.site.relays.flatMap(({ device }) => device.requests.filter(({ target }) => target.startsWith('/?')))

describe('berofosd doctor', { concurrency: 2 }, () => {
  it('ends with 0 when every berofos is as this site needs it, and shows no password', async t => {
    const node = await openWith(t, {})
    const { code, out, err } = await at(node, 'doctor', '-v')
    assert.equal(code, 0, out)
    assert.match(out, /^ok 3 of 3 berofos are as this site needs them$/m)
    assert.match(out, /^ {3}fos2 127\.0\.0\.1:\d+\n {3}SETTING +IS +HA NEEDS +CURE\nok reachable +yes +yes$/m)
    assert.match(out, /^ok login +accepted +accepted$/m)
    assert.match(out, /^ok modedef +1 +1$/m)
    assert.ok(widthOf(out) <= 80)
    assert.ok(!`${out}${err}`.includes('Secret'))
  })

  it('shows what this site needs beside what is, with the cure, and writes nothing', async t => {
    const node = await openWith(t, { values: neglected })
    const { code, out } = await at(node, 'doctor', '-v')
    assert.equal(code, 1)
    assert.match(out, /^!! 2 of 3 berofos are as this site needs them/)
    assert.match(out, /^!! wdog +1 +0 +'berofosd doctor --fix'$/m)
    assert.match(out, /^!! wdogdef +1 +0 +'berofosd doctor --fix'$/m)
    assert.match(out, /^!! modedef +0 +1 +'berofosd doctor --fix'$/m)
    assert.match(
      out.replaceAll(/\s+/g, ' '),
      /!! scenario 1 0 'berofosd doctor --fix'; it may move lines C--D/,
    )
    assert.ok(widthOf(out) <= 80)
    assert.deepEqual(writesTo(node), [])
  })

  it('wants the other mode at boot of an inverted berofos', async t => {
    const node = await openWith(t, {}, { 'relay.fos2': { invert: 'yes' } })
    const { code, ...diagnosis } = await diagnose(node)
    assert.deepEqual([code, faultsOf(diagnosis)], [1, { modedef: 'bad' }])
    assert.equal(itemOf(diagnosis, 'modedef')?.needs, '0')
  })

  it('advises a password and a fixed address, each with its command line: no failure', async t => {
    const node = await openWith(t, { auth: 'none', values: { pwd: '0', dhcp: '1' } })
    const { code, ok, ...rest } = await diagnose(node)
    const diagnosis = { ok, ...rest }
    assert.deepEqual([code, ok, faultsOf(diagnosis)], [0, true, { pwd: 'advice', dhcp: 'advice' }])
    const port = node.site.relays[1]?.port
    assert.match(itemOf(diagnosis, 'pwd')?.cure ?? '', new RegExp(`'bnfos --set pwd=1 -f fos2 -p ${port}'`))
    assert.match(itemOf(diagnosis, 'dhcp')?.cure ?? '', /'bnfos --set dhcp=0 -f fos2 -p \d+'/)
  })

  const unread: [string, SimulatedDeviceOptions, string, Record<string, string>, RegExp][] = [
    ['refuses connections', {}, 'unreachable', { reachable: 'bad' }, /refuses the connection/],
    ['hangs', {}, 'hang', { reachable: 'bad' }, /did not answer within 0\.5 s/],
    ['does not know the login', {}, 'unauthorized', { login: 'bad' }, /does not accept the login/],
    ['talks nonsense', {}, 'garbage', { reachable: 'bad' }, /127\.0\.0\.1 port \d+/],
  ]
  for (const [what, device, fault, faults, cure] of unread)
    it(`names a berofos that ${what}`, async t => {
      const node = await openWith(t, device)
      await node.steer(`relay 2 ${fault}`)
      const diagnosis = await diagnose(node, '--fix')
      assert.deepEqual([diagnosis.code, faultsOf(diagnosis)], [1, faults])
      assert.match(itemOf(diagnosis, Object.keys(faults)[0] ?? '')?.cure ?? '', cure)
      assert.deepEqual(
        diagnosis.devices.map(({ name }) => name),
        ['fos1', 'fos2', 'fos3'],
      )
    })

  it('names a berofos whose login is missing in bnfos.conf', async t => {
    const node = await openWith(t, {})
    writeFileSync(
      node.files.bnfosFile,
      '[fos1]\nhost=127.0.0.1\n[fos2]\nhost=127.0.0.1\n[fos3]\nhost=127.0.0.1\n',
    )
    const diagnosis = await diagnose(node)
    assert.deepEqual([diagnosis.code, faultsOf(diagnosis)], [1, { login: 'bad' }])
    assert.equal(itemOf(diagnosis, 'login')?.is, 'missing')
    assert.match(itemOf(diagnosis, 'login')?.cure ?? '', /add "login = <user>:<password>"/)
  })

  it('tells how far it is when it takes longer than a second', async t => {
    const node = await openWith(t, {}, { relays: { timeout: '1500ms' } })
    await node.steer('relay 2 hang')
    const { code, err } = await at(node, 'doctor')
    assert.equal(code, 1)
    assert.match(err, /^… 2 of 3 berofos examined$/m)
  })

  it('ends with 78 when a file is invalid', async t => {
    const node = await openWith(t, {})
    await node.configure({ relays: { timeout: 'soon' } })
    const { code, out, err } = await at(node, 'doctor', '-v')
    assert.deepEqual([code, out], [78, ''])
    assert.match(err, /berofosd\.conf:\d+: \[relays\] timeout: /)
  })

  it('ends with 1 when no berofos is configured', async t => {
    const node = await openWith(t, {})
    rmSync(node.files.bnfosFile)
    const { code, out } = await at(node, 'doctor', '-v')
    assert.equal(code, 1)
    assert.match(
      out.replaceAll(/\s+/g, ' '),
      /!! berofos not configured configured \S+bnfos\.conf does not exist/,
    )
  })

  it('lists what is odd in the files', async t => {
    const node = await openWith(t, {})
    appendFileSync(node.files.bnfosFile, 'model=4\n')
    const { node: items } = await diagnose(node)
    const odd = items.find(({ item }) => item === 'configuration')
    assert.match(odd?.cure ?? '', /bnfos\.conf:\d+: \[fos3\] model: unknown key, ignored/)
  })

  it('has its own help', async () => {
    const { code, out } = await runBerofosd(['doctor', '--help'])
    assert.equal(code, 0)
    assert.match(out, /^Usage: berofosd doctor \[-v\] \[--fix \[--yes\]\] \[--json\]/)
    assert.ok(widthOf(out) <= 80)
  })
})

describe('berofosd doctor --fix', { concurrency: 2 }, () => {
  for (const firmware of ['1.53', '1.33'])
    it(`corrects with firmware ${firmware} what may be corrected, and nothing else`, async t => {
      const node = await openWith(t, {
        firmware,
        values: { ...neglected, mode: '0', power2def: '1', wdogmail: '1', dhcp: '1', smtpto: 'a b@c' },
      })
      const { values } = node.site.relays[1]?.device ?? assert.fail()
      const before = Object.fromEntries(values)
      const { code, out } = await at(node, 'doctor', '-v', '--fix')
      assert.equal(code, 0, out)
      const corrected = { wdog: '0', wdogstate: '0', wdogdef: '0', modedef: '1', scenario: '0' }
      assert.deepEqual(Object.fromEntries(values), { ...before, ...corrected })
      assert.deepEqual(node.changes(), [0, 0, 0])
      assert.match(out, /^ok fos2: wdogdef 1 -> 0, read back$/m)
      assert.match(out, /^ok fos2: scenario 1 -> 0, read back \(it may move lines C--D\)$/m)
      assert.match(out, /^ok wdogdef +0 +0$/m)
    })

  it('says what else reads differently since', async t => {
    const node = await openWith(t, { values: neglected })
    const { out } = await at(node, 'doctor', '-v', '--fix')
    assert.match(out, /^ok fos2: wdog 1 -> 0, read back; changed too: wdogstate 1 -> 0$/m)
  })

  it('writes nothing the second time', async t => {
    const node = await openWith(t, { values: neglected })
    assert.equal((await diagnose(node, '--fix')).devices[1]?.changes.length, 4)
    const written = writesTo(node).length
    const again = await diagnose(node, '--fix')
    assert.deepEqual([again.code, again.devices[1]?.changes, writesTo(node).length], [0, [], written])
  })

  it('says that there is nothing to write', async t => {
    const node = await openWith(t, {})
    const { err } = await at(node, 'doctor', '--fix')
    assert.match(err, /^berofosd: --fix has nothing to write$/m)
  })

  it('fails when the device says yes and does nothing', async t => {
    const node = await openWith(t, { values: { modedef: '0' } })
    await node.steer('relay 2 ignore')
    const { code, out } = await at(node, 'doctor', '-v', '--fix')
    assert.equal(code, 1)
    assert.match(out, /^!! fos2: modedef was not corrected: took 1 but reads 0$/m)
    assert.match(out, /^!! modedef +0 +1 /m)
  })

  it('works beside a daemon that drives the same devices, and moves no line', async t => {
    const node = await openWith(t, { values: neglected }, { relays: { audit_interval: '10ms' } })
    await node.startSteady()
    const { code, out } = await at(node, 'doctor', '-v', '--fix')
    assert.equal(code, 0, out)
    assert.deepEqual(
      [node.modes(), node.changes()],
      [
        [1, 1, 1],
        [0, 0, 0],
      ],
    )
    assert.equal((await node.status()).phase, 'steady')
  })
})
