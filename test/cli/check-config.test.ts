import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { checkConfig, checkTable, deviceTable } from '../../src/cli/berofosd/check-config.ts'
import { type Look, openOutput } from '../../src/cli/output.ts'
import { nobody } from '../../src/config/wazo-node.ts'
import { exitCodes } from '../../src/system/exit-codes.ts'
import { someDevice } from '../helpers/settings.ts'
import { temporary } from '../helpers/temporary.ts'
import { commandCheck, pingCheck, sipCheck, tcpCheck } from '../probes/checks.ts'
import { quietStream } from './quiet-stream.ts'

const narrow: Look = { width: 60, signs: false, paint: (_, text) => text }
const device = { ...someDevice('fos1'), host: '192.168.100.200', mac: '00:19:32:00:12:1D' }

describe('The table of devices in 60 columns', () => {
  it('has both addresses whole, and leaves out that none is inverted', () => {
    assert.deepEqual(deviceTable([device], narrow), [
      '',
      '   RELAY  HOST             PORT  LOGIN  MAC',
      '   fos1   192.168.100.200  80    no     00:19:32:00:12:1D',
    ])
  })

  it('says which device is inverted, and leaves out the logins for it', () => {
    assert.deepEqual(deviceTable([device, { ...device, name: 'fos2', invert: true }], narrow), [
      '',
      '   RELAY  HOST             PORT  INVERTED  MAC',
      '   fos1   192.168.100.200  80    no        00:19:32:00:12:1D',
      '   fos2   192.168.100.200  80    yes       00:19:32:00:12:1D',
    ])
  })
})

const own = Object.values(networkInterfaces())
  .flat()
  .find(each => each && !each.internal && each.family === 'IPv4')?.address
const skip = own === undefined && 'this machine has no network'

describe('check-config of a host whose address is this node’s own', { skip }, () => {
  for (const [what, master, witness, at, expected] of [
    ['the master', own, '198.51.100.7', '[master] host', "the master's own address"],
    ['a witness', '198.51.100.8', own, '[isolation] witness', 'a host besides both nodes'],
  ] as const)
    it(`ends with 78 where it is ${what}, and names the line's key`, async t => {
      const directory = temporary(t)
      const config = join(directory, 'berofosd.conf')
      const bnfos = join(directory, 'bnfos.conf')
      writeFileSync(config, `[master]\nhost = ${master}\n[isolation]\nwitness = ${witness}\n`)
      writeFileSync(bnfos, '[fos1]\nhost = 198.51.100.9\n')
      const [stdout, stderr] = [quietStream(), quietStream()]
      const values = { config, 'bnfos-conf': bnfos }
      const code = await checkConfig({ values, words: [], output: openOutput({ stdout, stderr }, {}) })
      assert.deepEqual([code, stdout.text], [exitCodes.badConfiguration, ''])
      assert.equal(
        stderr.text,
        `${config}: ${at}: ${own} is an address of this very node, expected ${expected}\n`,
      )
    })
})

describe('The table of checks', () => {
  const wide: Look = { ...narrow, width: 200 }
  const asks = (checks: Parameters<typeof checkTable>[0]) =>
    checkTable(checks, wide)
      .slice(2)
      .map(line => line.split(/ {2,}/).at(-1))

  it('says what each check asks', () => {
    const checks = [pingCheck({ host: '10.34.1.10' }), commandCheck({ command: 'calls --alive' })]
    assert.deepEqual(asks(checks), ['10.34.1.10', 'calls --alive'])
  })

  it('says wazo, as the file does, where nothing is known of the master that ha.conf would name', () => {
    const checks = [
      pingCheck({ host: nobody }),
      sipCheck({ host: nobody, port: 5060 }),
      tcpCheck({ host: nobody, port: 22 }),
    ]
    assert.deepEqual(asks(checks), ['wazo', 'wazo:5060', 'wazo:22'])
  })
})
