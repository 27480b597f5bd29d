import assert from 'node:assert/strict'
import { chmod, mkdir, readFile, rm, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { NodeUnderTest } from '../helpers/node-under-test.ts'
import { until } from '../helpers/until.ts'

const open = NodeUnderTest.open

describe('Hooks', () => {
  const script = (node: NodeUnderTest, name: string, text: string) => {
    const path = join(node.directory, name)
    return writeFile(path, `#!/bin/sh\n${text}\n`)
      .then(() => chmod(path, 0o755))
      .then(() => path)
  }

  it('are told what happens, and before_slave is awaited whatever it says', async t => {
    const node = await open(t)
    const note = join(node.directory, 'note')
    const path = await script(
      node,
      'hook',
      `echo "$1 $BEROFOSD_EVENT $BEROFOSD_FROM $BEROFOSD_TO" >> ${note}; echo "out of $1"; exit 3`,
    )
    await node.configure({ hooks: { before_slave: `${path} before`, after_slave: `${path} after` } })
    await node.startSteady()
    await node.steer('master dead')
    await node.untilModes(0, 0, 0)
    await until(
      'both ran',
      async () => (await readFile(note, 'utf8').catch(() => '')).split('\n').length === 3,
    )
    assert.equal(await readFile(note, 'utf8'), 'before failover master slave\nafter failover master slave\n')
    await node.untilLine(/hook before_slave: out of before/)
    await node.untilLine(/hook before_slave: exit status 3/)
  })

  it('that are late are killed with their children, and the relays move', async t => {
    const node = await open(t)
    const child = join(node.directory, 'child')
    const path = await script(node, 'hook', `sh -c 'echo $$ > ${child}; exec sleep 1000' & wait`)
    await node.configure({ hooks: { before_slave: path, timeout: '500ms' } })
    await node.startSteady()
    await node.steer('master dead')
    await node.untilModes(0, 0, 0)
    await node.untilLine(/hook before_slave: killed after 500ms/)
    const pid = Number(await readFile(child, 'utf8'))
    await until('its child is gone', () => {
      try {
        return !process.kill(pid, 0)
      } catch {
        return true
      }
    })
  })

  it('before_master that says no calls the failback off', async t => {
    const node = await open(t, { hooks: { before_master: 'exit 1' } })
    await node.startSteady()
    await node.steer('master dead')
    await node.untilModes(0, 0, 0)
    await node.steer('master alive')
    await node.untilLine(/failback called off by before_master: exit status 1/)
    await node.untilStatus('waiting', s => s.phase === 'waiting')
    assert.deepEqual(node.changes(), [1, 1, 1])
  })
})

describe('The daemon', () => {
  it('acts only while secondary_file exists', async t => {
    const node = await open(t)
    const file = join(node.directory, 'is-secondary')
    await node.configure({ node: { secondary_file: file } })
    await node.start()
    await node.untilStatus('the master is up', s => s.master.verdict === 'up')
    await node.steer('master dead')
    await node.untilStatus('the master is down', s => s.master.verdict === 'down' && s.phase === 'passive')
    const forced = await node.ask({ command: 'force', role: 'slave', forMs: null, reason: '' })
    assert.match(JSON.stringify(forced), /not the secondary/)
    assert.deepEqual(node.changes(), [0, 0, 0])
    await writeFile(file, '')
    await node.untilModes(0, 0, 0)
  })

  it('goes on without a disk, says so once, and saves when it is back', async t => {
    const node = await open(t)
    await node.startSteady()
    await rm(node.files.stateDirectory, { recursive: true })
    await writeFile(node.files.stateDirectory, 'a file where the directory was')
    await node.steer('master dead')
    await node.untilModes(0, 0, 0)
    await node.untilLine(/state: .*can't|state: .*cannot|state: .*write/)
    await unlink(node.files.stateDirectory)
    await mkdir(node.files.stateDirectory)
    await node.untilLine(/state: state\.json is saved again/)
  })

  it('stops at SIGTERM within 2 s although a relay hangs, and switches nothing', async t => {
    const node = await open(t, { relays: { timeout: '30s' } })
    await node.startSteady()
    await node.steer('relay 1 hang')
    void node.ask({ command: 'assert', role: 'master' })
    await until('it is being asked', () => (node.site.relays[0]?.device.requests.length ?? 0) > 0)
    const from = performance.now()
    assert.equal(await node.kill('SIGTERM'), 0)
    assert.ok(performance.now() - from < 2000)
    assert.deepEqual(node.changes(), [0, 0, 0])
  })
})
