import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chmodSync, renameSync, writeFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { bypassValues } from '../../src/simulator/site-config.ts'
import { NodeUnderTest } from '../helpers/node-under-test.ts'
import { asStranger, at, filesOf, runBerofosd } from './run-berofosd.ts'

const open = NodeUnderTest.open

describe('berofosd --force', { concurrency: 2 }, () => {
  it('and resume tell what they have ended, and what comes next', async t => {
    const node = await open(t)
    await node.startSteady()
    const paused = await at(node, 'pause', '--for', '1h', '--reason', 'works')
    assert.match(paused.out, /next {2}would decide again at /)
    assert.match((await at(node, '--force', 'master')).out, /^ended: the pause \(works\)/m)
    assert.match((await at(node, 'resume')).out, /^ended: the override to the master/m)
    const { code, out } = await at(node, 'resume')
    assert.equal(code, 0)
    assert.match(out, /^ended: nothing: there was neither a pause nor an override nor a hold$/m)
    assert.match(out, /would fail over within/)
  })

  it('returns when every relay has been read back', async t => {
    const node = await open(t)
    await node.startSteady()
    const { code, out } = await at(node, '--force', 'slave', '--for', '2h', '--reason', 'a test')
    assert.equal(code, 0)
    assert.deepEqual(node.modes(), [0, 0, 0])
    assert.match(out, /lines at the slave, forced, 3 of 3 relays confirmed, automatic failover OFF/)
    assert.match(
      out.replaceAll(/\s+/g, ' '),
      /automatic failover is OFF, the lines are pinned to the slave until .*\(a test\)/,
    )
  })

  it('fails naming the relays that were not read back', async t => {
    const node = await open(t)
    await node.startSteady()
    await node.steer('relay 2 unreachable')
    const { code, err } = await at(node, '--force', 'slave')
    assert.equal(code, 1)
    assert.match(err, /not read back: fos2 \(.*\); the daemon goes on trying/)
    assert.deepEqual(node.modes(), [0, 1, 0])
  })

  it('waits for a relay that moves seconds after its yes', async t => {
    const node = await open(t)
    await node.startSteady()
    await node.steer('relay 2 late 2500ms')
    const { code, err } = await at(node, '--force', 'slave')
    assert.equal(code, 0, err)
    assert.deepEqual(node.modes(), [0, 0, 0])
  })

  it('shows how far it is when it takes longer than a second', async t => {
    const node = await open(t, { relays: { timeout: '3s', audit_interval: '300ms', retry: '100ms' } })
    await node.startSteady()
    await node.steer('relay 2 slow 700ms')
    const { code, err } = await at(node, '--force', 'slave')
    assert.equal(code, 0)
    assert.match(err, /^… 2 of 3 relays confirmed$/m)
  })

  it('moves the lines, says that it could not be saved, and fails', async t => {
    const node = await open(t)
    await node.startSteady()
    renameSync(node.files.stateDirectory, `${node.files.stateDirectory}.away`)
    writeFileSync(node.files.stateDirectory, '')
    const { code, err } = await at(node, '--force', 'slave')
    assert.equal(code, 1)
    assert.match(err, /^berofosd: not saved: can't write .*; a restart would forget it$/m)
    assert.deepEqual(node.modes(), [0, 0, 0])
  })

  it('auto ends it', async t => {
    const node = await open(t)
    await node.startSteady()
    await at(node, '--force', 'master')
    const { code } = await at(node, '--force', 'auto')
    assert.equal(code, 0)
    assert.equal((await node.status()).override, null)
  })

  const endings = [['--force', 'auto'], ['resume']] as const
  for (const words of endings)
    it(`${words.join(' ')} that fails over returns when every relay has been read back`, async t => {
      const node = await open(t)
      await node.startSteady()
      await at(node, '--force', 'master')
      await node.steer('master dead', 'relay all slow 200ms')
      await node.untilStatus('the master is down', s => s.master.verdict === 'down')
      const { code, out, err } = await at(node, ...words)
      assert.deepEqual([code, node.modes()], [0, [0, 0, 0]], out + err)
      assert.match(out, /lines at the slave, steady, 3 of 3 relays confirmed/)
    })

  it('auto that fails over fails naming the relays that were not read back', async t => {
    const node = await open(t)
    await node.startSteady()
    await at(node, '--force', 'master')
    await node.steer('master dead', 'relay 2 ignore')
    await node.untilStatus('the master is down', s => s.master.verdict === 'down')
    const { code, err } = await at(node, '--force', 'auto')
    assert.equal(code, 1)
    assert.match(err, /not read back: fos2 \(.*\); the daemon goes on trying/)
  })

  it('auto takes no --for', async t => {
    const node = await open(t)
    const { code, err } = await at(node, '--force', 'auto', '--for', '2h')
    assert.equal(code, 2)
    assert.match(err, /--for goes with --force master or slave/)
  })
})

describe('berofosd --force without a daemon', { concurrency: 2 }, () => {
  it('drives the relays once, itself', async t => {
    const node = await open(t)
    const { code, out, err } = await at(node, '--force', 'slave')
    assert.equal(code, 0, err)
    assert.deepEqual(node.modes(), [0, 0, 0])
    assert.match(out, /^switched fos1 to mode=0 \(A--D\) in \d+ ms$/m)
    assert.match(out, /^lines at the slave: 3 of 3 relays confirmed$/m)
    assert.match(err, /no daemon runs: the relays are driven once, and nothing is watched/)
    assert.match(out, /^pinned to the slave until 'berofosd --force auto': automatic failover is OFF when/m)
  })

  it('in front of a PBX wants of the devices what such a site wants, and says nothing of those that are so', async t => {
    const device = () => ({ values: bypassValues })
    const node = await NodeUnderTest.open(
      t,
      { master: null, isolation: null },
      { kind: 'bypass', relays: 2, gbl4: true, address: '127.0.98.1', device },
    )
    const { code, out } = await at(node, '--force', 'pbx')
    assert.equal(code, 0)
    assert.doesNotMatch(out, /needs/)
  })

  it('fails where bnfos.conf names no device: no line was moved', async t => {
    const node = await open(t)
    const { bnfosFile, configFile } = node.files
    await writeFile(bnfosFile, '')
    const whole = await readFile(configFile, 'utf8')
    await writeFile(configFile, whole.replace(/^\[relay\..*\n(?:[^[].*\n|\n)*/gm, ''))
    const { code, err } = await at(node, '--force', 'slave')
    assert.equal(code, 1)
    assert.match(err, /^berofosd: no line was moved: bnfos\.conf names no device$/m)
  })

  it('stores the pin, so that the next start undoes nothing', async t => {
    const node = await open(t)
    assert.equal((await at(node, '--force', 'slave', '--for', '2h')).code, 0)
    await node.start()
    await node.untilStatus('pinned', s => s.phase === 'forced' && s.relays.every(r => r.confirmed))
    assert.equal((await node.status()).override?.role, 'slave')
    assert.deepEqual(node.changes(), [1, 1, 1])
  })

  it('says that the pin could not be stored, and fails', async t => {
    const node = await open(t, { state: { directory: '/nonexistent' } })
    const { code, out } = await at(node, '--force', 'slave')
    assert.equal(code, 1)
    assert.deepEqual(node.modes(), [0, 0, 0])
    assert.match(out, /^not saved: can't write .*; the next start of berofosd may undo this$/m)
  })

  it('drives an inverted relay the other way', async t => {
    const node = await open(t, { 'relay.fos2': { invert: 'yes' } })
    assert.equal((await at(node, '--force', 'slave')).code, 0)
    assert.deepEqual(node.modes(), [0, 1, 0])
  })

  it('fails naming the relays that were not read back, and drives the others', async t => {
    const node = await open(t)
    await node.steer('relay 2 ignore')
    const { code, out, err } = await at(node, '--force', 'slave')
    assert.equal(code, 1)
    assert.match(err, /^berofosd: fos2: took mode=0 but still reads mode=1$/m)
    assert.match(out, /2 of 3 relays confirmed/)
    assert.deepEqual(node.modes(), [0, 1, 0])
  })

  it('auto has nothing to end', async t => {
    const node = await open(t)
    const { code, err } = await at(node, '--force', 'auto')
    assert.equal(code, 1)
    assert.match(err, /no daemon answers on .*: start it with/)
    assert.deepEqual(node.changes(), [0, 0, 0])
  })

  it('auto ends what is stored, and moves nothing', async t => {
    const node = await open(t)
    assert.equal((await at(node, '--force', 'slave')).code, 0)
    const { code, out } = await at(node, '--force', 'auto')
    assert.equal(code, 0)
    assert.equal(
      out,
      'the stored override to the slave is ended: the next start of berofosd decides by itself\n',
    )
    assert.deepEqual(node.modes(), [0, 0, 0])
    await node.start()
    await node.untilStatus('at the slave', s => s.role === 'slave' && s.override === null)
  })

  it('is not what a daemon that gives no answer is taken for', async t => {
    const node = await open(t)
    const deaf = createServer(socket => socket.resume().destroy())
    await once(deaf.listen(node.files.controlSocket), 'listening')
    t.after(() => deaf.close())
    const { code, err } = await at(node, '--force', 'slave')
    assert.equal(code, 1)
    assert.match(err, /control\.sock: .*: look at 'systemctl status berofosd'/)
    assert.deepEqual(node.changes(), [0, 0, 0])
  })

  it('says of a daemon that hangs how it is started anew', async t => {
    const node = await open(t)
    const deaf = createServer(socket => {
      socket.on('error', () => {})
      socket.resume()
    })
    await once(deaf.listen(node.files.controlSocket), 'listening')
    t.after(() => deaf.close())
    const { code, err } = await at(node, '--force', 'slave')
    assert.equal(code, 1)
    assert.match(err, /: no answer in 10 s: it hangs; 'systemctl kill -s KILL berofosd' has it started anew/)
    assert.deepEqual(node.changes(), [0, 0, 0])
  })

  it('drives nothing with an invalid configuration', async t => {
    const node = await open(t)
    await node.configure({ relays: { timeout: 'soon' } })
    const { code, err } = await at(node, '--force', 'slave')
    assert.equal(code, 78)
    assert.match(err, /berofosd\.conf:\d+: \[relays\] timeout: /)
    assert.deepEqual(node.changes(), [0, 0, 0])
  })

  it('drives nothing on a node that is not the secondary', async t => {
    const node = await open(t, { node: { secondary_file: '/nowhere/is-secondary' } })
    const { code, err } = await at(node, '--force', 'slave')
    assert.equal(code, 1)
    assert.match(err, /not the secondary/)
    assert.deepEqual(node.changes(), [0, 0, 0])
  })
})

describe('Somebody who may not talk to the daemon', { concurrency: 2 }, () => {
  it('is told so by --force, and no relay moves', async t => {
    const node = await open(t)
    await node.startSteady()
    const stranger = asStranger(node)
    // He could drive them: what keeps him is that a daemon is there.
    chmodSync(node.files.bnfosFile, 0o644)
    const { code, err } = await runBerofosd(['--force', 'slave', ...filesOf(node)], stranger)
    assert.equal(code, 1)
    assert.match(err, /permission denied: be root or in the group berofosd-operator/)
    assert.deepEqual(node.changes(), [0, 0, 0])
  })

  for (const command of ['pause', 'resume']) {
    it(`is told so by ${command}`, async t => {
      const node = await open(t)
      await node.startSteady()
      const { code, err } = await runBerofosd([command, ...filesOf(node)], asStranger(node))
      assert.equal(code, 1)
      assert.match(err, /permission denied: be root or in the group berofosd-operator/)
    })
  }

  it('may read the history, at the status socket', async t => {
    const node = await open(t)
    await node.startSteady()
    const { code, out } = await runBerofosd(['history', ...filesOf(node)], asStranger(node))
    assert.equal(code, 0)
    assert.match(out, /start +berofosd \d/)
  })
})

describe('A configuration file that was named and can not be read', { concurrency: 2 }, () => {
  const commands = [['--force', 'slave'], ['pause'], ['resume'], ['status'], ['history']] as const
  for (const command of commands)
    it(`leaves ${command.join(' ')} without a daemon to ask, not with the usual one`, async t => {
      const node = await open(t)
      const missing = join(node.directory, 'typo.conf')
      const { code, out, err } = await runBerofosd([
        ...command,
        '-c',
        missing,
        '--bnfos-conf',
        node.files.bnfosFile,
      ])
      assert.deepEqual([code, out], [78, ''])
      assert.equal(err, `berofosd: ${missing}: does not exist, name the file of the daemon\n`)
      assert.deepEqual(node.changes(), [0, 0, 0])
    })

  it('is told to who may not read it', async t => {
    const node = await open(t)
    await node.startSteady()
    const stranger = asStranger(node)
    chmodSync(node.files.configFile, process.getuid?.() === 0 ? 0o600 : 0)
    const { code, err } = await runBerofosd(['pause', ...filesOf(node)], stranger)
    assert.equal(code, 1)
    assert.equal(
      err,
      `berofosd: ${node.files.configFile}: permission denied: be root or in the group berofosd\n`,
    )
  })
})

describe('berofosd pause and resume', { concurrency: 2 }, () => {
  it('stop and start deciding', async t => {
    const node = await open(t)
    await node.startSteady()
    const paused = await at(node, 'pause', '--for', '2h', '--reason', 'a test')
    assert.equal(paused.code, 0)
    assert.match(paused.out, /paused until .*\(a test\)[\s\S]*'berofosd\s+resume' ends/)
    const { automatic, paused: pause } = await node.status()
    assert.deepEqual([automatic, pause?.reason], [false, 'a test'])
    const resumed = await at(node, 'resume')
    assert.deepEqual([resumed.code, (await node.status()).paused], [0, null])
    assert.match(resumed.out, /automatic failover on/)
  })

  for (const command of ['pause', 'resume']) {
    it(`${command} without a daemon fails and says how to start it`, async t => {
      const { code, err } = await at(await open(t), command)
      assert.equal(code, 1)
      assert.match(
        err,
        /no daemon answers on .*, (nothing|what) .*: start it with 'systemctl start berofosd'/,
      )
    })
  }
})

describe('An order to a daemon of the version before, which knows no giver', () => {
  it('is given once more without', async t => {
    const node = await open(t)
    const seen: object[] = []
    const old = createServer(socket =>
      socket.on('data', text => {
        const request = JSON.parse(String(text))
        seen.push(request)
        const error = 'by' in request ? 'not a request: command: Unrecognized key: "by"' : 'done'
        socket.end(`${JSON.stringify({ ok: false, error })}\n`)
      }),
    )
    await once(old.listen(node.files.controlSocket), 'listening')
    t.after(() => old.close())
    const { err } = await at(node, 'pause', '--reason', 'a test')
    assert.equal(err, 'berofosd: done\n')
    assert.deepEqual(
      seen.map(request => 'by' in request),
      [true, false],
    )
  })
})
