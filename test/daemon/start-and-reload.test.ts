import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { NodeUnderTest } from '../helpers/node-under-test.ts'
import { until } from '../helpers/until.ts'

const open = NodeUnderTest.open

describe('A start', () => {
  it('under a healthy master with the lines there switches nothing', async t => {
    const node = await open(t)
    await node.startSteady()
    await node.kill('SIGTERM')
    await node.startSteady()
    assert.deepEqual(node.changes(), [0, 0, 0])
  })

  it('that is stopped before it is up ends as one that is stopped later', async t => {
    const node = await open(t)
    node.spawn()
    await node.untilLine(/berofosd \S+ starts/)
    assert.equal(await node.kill('SIGTERM'), 0)
    await node.startSteady()
  })

  it('without a stored role takes it from what most relays read', async t => {
    const node = await open(t)
    await node.steer('relay 1 hand 0', 'relay 2 hand 0', 'relay 3 hand 0', 'master dead')
    await node.startSteady()
    assert.equal((await node.status()).role, 'slave')
    assert.deepEqual(node.changes(), [1, 1, 1])
  })

  it('after kill -9 in the middle of a switch goes on where it was, without waiting for a verdict', async t => {
    const node = await open(t)
    await node.startSteady()
    await node.steer('relay 3 hang', 'master dead')
    await node.untilModes(0, 0, 1)
    await node.untilLine(/switched fos1/)
    await node.untilLine(/switched fos2/)
    await until('the role is on disk', async () =>
      /"role": "slave"/.test(
        await readFile(join(node.files.stateDirectory, 'state.json'), 'utf8').catch(() => ''),
      ),
    )
    await node.kill('SIGKILL')
    await node.steer('relay 3 none')
    await node.start()
    await node.untilModes(0, 0, 0)
    await node.untilStatus('all confirmed', s => s.role === 'slave' && s.relays.every(r => r.confirmed))
    assert.deepEqual(node.changes(), [1, 1, 1])
    await node.untilLines(/switched fos3 to mode=0/, 1)
    assert.equal(node.logged(/switched fos3 to mode=0/).length, 1)
    assert.equal(node.logged(/drift: /).length, 0)
    assert.equal(node.logged(/failover: /).length, 1)
  })

  it('with a torn state file sets it aside, says so and goes on', async t => {
    const node = await open(t)
    await writeFile(join(node.files.stateDirectory, 'state.json'), '{"policy":{"version":1,"ro')
    await node.startSteady()
    assert.equal(
      node.logged(/state: .*state\.json is not used: .* set aside as .*state\.json\.bad/).length,
      1,
    )
    assert.deepEqual(node.changes(), [0, 0, 0])
  })

  it('beside another daemon is refused', async t => {
    const node = await open(t)
    await node.startSteady()
    const first = node.daemon
    const [code] = await once(node.spawn(), 'exit')
    node.daemon = first
    assert.equal(code, 1)
    await node.untilLine(/another berofosd uses .*: stop it first/)
    assert.equal((await node.status()).phase, 'steady')
  })

  it('replaces a stale control socket', async t => {
    const node = await open(t)
    await node.startSteady()
    await node.kill('SIGKILL')
    await node.startSteady()
  })

  it('with an invalid configuration says each problem and exits 78', async t => {
    const node = await open(t)
    await writeFile(
      node.files.configFile,
      '[master]\nhost = 127.0.0.1\n[failback]\nstable_for = soon\nwindov = x\n',
    )
    const [code] = await once(node.spawn(), 'exit')
    assert.equal(code, 78)
    await node.untilLine(/berofosd\.conf:4: \[failback\] stable_for: /)
    await node.untilLine(/berofosd\.conf:5: \[failback\] windov: /)
  })
})

describe('A reload', () => {
  it('in the middle of a move tells only the relays that are not there yet', async t => {
    const node = await open(t)
    await node.startSteady()
    await node.steer('relay 3 hang', 'master dead')
    await node.untilModes(0, 0, 1)
    await node.untilLine(/switched fos1/)
    await node.untilLine(/switched fos2/)
    const writes = () =>
      node.site.relays.map(
        ({ device }) => device.requests.filter(({ target }) => /cmd=4/.test(target)).length,
      )
    await node.configure({ relays: { timeout: '600ms', audit_interval: '300ms', retry: '100ms' } })
    await node.ask({ command: 'reload' })
    await node.steer('relay 3 none')
    await node.untilModes(0, 0, 0)
    await node.untilLine(/switched fos3/)
    assert.deepEqual(writes().slice(0, 2), [1, 1])
    assert.deepEqual([node.changes(), node.logged(/drift/)], [[1, 1, 1], []])
  })

  it('with a broken file names its lines, keeps the old configuration in force and switches nothing', async t => {
    const node = await open(t)
    await node.startSteady()
    const good = await readFile(node.files.configFile, 'utf8')
    await writeFile(node.files.configFile, good.replace('fall = 3', 'fall = many'))
    node.daemon?.kill('SIGHUP')
    await node.untilLine(/berofosd\.conf:\d+: \[check\.tcp\] fall: /)
    await node.untilLine(/reload: the old configuration stays in force/)
    await node.steer('master dead')
    await node.untilModes(0, 0, 0)
  })

  it('without bnfos.conf lets go and switches nothing, and takes up work again with it', async t => {
    const node = await open(t)
    await node.startSteady()
    await rename(node.files.bnfosFile, `${node.files.bnfosFile}.away`)
    node.daemon?.kill('SIGHUP')
    await node.untilStatus('unconfigured', s => s.phase === 'unconfigured' && s.relays.length === 0)
    await node.untilLine(/berofos is not configured -- doing nothing/)
    await node.steer('master dead')
    await node.untilStatus('the master is down', s => s.master.verdict === 'down')
    await rename(`${node.files.bnfosFile}.away`, node.files.bnfosFile)
    assert.deepEqual(node.changes(), [0, 0, 0])
    node.daemon?.kill('SIGHUP')
    await node.untilModes(0, 0, 0)
  })

  it('is in the history, with what it changed or that it was refused', async t => {
    const node = await open(t)
    await node.startSteady()
    const good = await readFile(node.files.configFile, 'utf8')
    const reload = (text: string) =>
      writeFile(node.files.configFile, text).then(() => node.ask({ command: 'reload' }))
    await reload(good.replace('fall = 3', 'fall = many'))
    await reload(good.replace('fall = 3', 'fall = 4'))
    await reload(good.replace('fall = 3', 'fall = 4'))
    const history = await node.ask({ command: 'history', count: 100 })
    const { reply } = history as unknown as {
      reply: { history: { what: string; text: string; detail?: string }[] }
    }
    const [refused, ...applied] = reply.history.filter(({ what }) => what === 'reload')
    assert.equal(refused?.text, 'refused, the old configuration stays in force')
    assert.match(refused?.detail ?? '', /berofosd\.conf:\d+: \[check\.tcp\] fall: /)
    assert.deepEqual(
      applied.map(({ text }) => text),
      ['[check.tcp]', 'nothing has changed'],
    )
  })

  it('that changes nothing keeps what the checks have counted', async t => {
    const node = await open(t)
    await node.startSteady()
    const before = (await node.status()).master.checks[0]?.streak ?? 0
    node.daemon?.kill('SIGHUP')
    await node.untilLine(/reload: .* are in force/)
    assert.ok(((await node.status()).master.checks[0]?.streak ?? 0) >= before)
    assert.deepEqual(node.changes(), [0, 0, 0])
  })
})
