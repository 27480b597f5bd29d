import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { NodeUnderTest } from '../helpers/node-under-test.ts'
import { until } from '../helpers/until.ts'

const open = NodeUnderTest.open

describe('When the master dies', () => {
  it('all lines go to the slave, each relay read back, with one failover line and one line a relay', async t => {
    const node = await open(t)
    await node.startSteady()
    await node.steer('master dead')
    await node.untilModes(0, 0, 0)
    const status = await node.untilStatus('all confirmed', s => s.relays.every(r => r.confirmed))
    assert.equal(status.role, 'slave')
    await node.untilLine(/failover: /)
    // One more where a busy machine answers the isolation check late.
    assert.equal(
      node.logged(/failover: .*[34] failures in a row, last: connection refused/).length,
      1,
      node.lines.join('\n'),
    )
    await node.untilLines(/switched fos\d to mode=0 \(A--D\) in \d+ ms/, 3)
    assert.equal(node.logged(/switched fos\d to mode=0 \(A--D\) in \d+ ms/).length, 3)
    assert.deepEqual(node.changes(), [1, 1, 1])
  })

  it('a relay that hangs delays no other, and follows when it wakes', async t => {
    const node = await open(t)
    await node.startSteady()
    await node.steer('relay 2 hang', 'master dead')
    await node.untilModes(0, 1, 0)
    // A reading under way when it begins to hang ends at once; only the next ones wait.
    await node.untilStatus('fos2 says why', s => /did not answer/.test(s.relays[1]?.error ?? ''))
    await node.steer('relay 2 none')
    await node.untilModes(0, 0, 0)
    await node.untilStatus('all confirmed', s => s.relays.every(r => r.confirmed))
    await node.untilLines(/switched fos2 /, 1)
    assert.equal(node.logged(/switched fos2 /).length, 1)
    assert.ok(node.logged(/fos2: .*did not answer/).length <= 1, 'each attempt is logged')
    assert.notEqual(node.logged(/error +fos2: /).length, 0)
  })

  it('a relay that says yes and does nothing is never counted as switched', async t => {
    const node = await open(t)
    await node.startSteady()
    await node.steer('relay 1 ignore', 'master dead')
    await node.untilModes(1, 0, 0)
    await node.untilLine(/fos1: took mode=0 but still reads mode=1/)
    assert.equal(node.logged(/switched fos1 /).length, 0)
    assert.equal((await node.status()).relays[0]?.confirmed, false)
  })

  it('and comes back to stay, the lines return, each real change with its one line', async t => {
    const node = await open(t)
    await node.startSteady()
    await node.steer('master dead')
    await node.untilModes(0, 0, 0)
    await node.steer('master alive')
    await node.untilModes(1, 1, 1)
    await node.untilStatus('all confirmed', s => s.role === 'master' && s.relays.every(r => r.confirmed))
    assert.equal(node.logged(/failback: /).length, 1)
    assert.deepEqual(node.changes(), [2, 2, 2])
    await node.untilLines(/switched /, 6)
    assert.equal(node.logged(/switched /).length, 6)
  })
})

describe('When this node is cut off together with its relays', () => {
  it('nothing is switched then, nor when the network returns with a healthy master', async t => {
    const node = await open(t)
    await node.startSteady()
    await node.steer('relay all unreachable', 'master dead')
    await node.untilStatus('isolated', s => s.phase === 'isolated' && s.isolated)
    await node.untilLine(/isolated: /)
    await node.steer('master alive', 'relay all none')
    await node.untilStatus('steady', s => s.phase === 'steady' && s.relays.every(r => r.confirmed))
    assert.deepEqual(node.changes(), [0, 0, 0])
  })

  it('a master that is dead when the network returns is found dead anew', async t => {
    const node = await open(t)
    await node.startSteady()
    await node.steer('relay all unreachable', 'master dead')
    await node.untilStatus('isolated', s => s.phase === 'isolated')
    await node.steer('relay 1 none')
    await node.untilModes(0, 1, 1)
    assert.equal(node.logged(/failover: /).length, 1)
  })
})

describe('A relay', () => {
  it('that another hand moved comes back within the audit interval, with a drift line', async t => {
    const node = await open(t)
    await node.startSteady()
    await node.steer('relay 2 hand 0')
    await node.untilModes(1, 1, 1)
    await node.untilLine(/drift: fos2 reads mode=0 \(A--D\), wanted mode=1: correcting it/)
    await node.untilLine(/switched fos2 to mode=1/)
  })

  it('that was power cycled into another mode comes back', async t => {
    const node = await open(t, {}, { device: () => ({ values: { modedef: '0' } }) })
    await node.startSteady()
    assert.equal(node.logged(/fos1: modedef=0, HA needs 1: run 'berofosd doctor --fix'/).length, 1)
    await node.steer('relay 1 reboot 200ms')
    await until('it has moved twice', () => node.changes()[0] === 2)
    assert.equal(node.modes()[0], 1)
  })

  it('whose watchdog is on has it turned off', async t => {
    const node = await open(t, {}, { device: () => ({ values: { wdog: '1' } }) })
    await node.start()
    await until('all are off', () => node.site.relays.every(r => r.device.values.get('wdog') === '0'))
    assert.equal(node.logged(/fos1: its watchdog was on and is being turned off/).length, 1)
  })

  it('with `invert` has the master on D', async t => {
    const node = await open(
      t,
      { 'relay.fos1': { invert: 'yes' } },
      { device: n => ({ values: { mode: n === 1 ? '0' : '1' } }) },
    )
    await node.startSteady()
    await node.steer('master dead')
    await node.untilModes(1, 0, 0)
  })

  it('that asks for Digest is driven with the login of bnfos.conf', async t => {
    const node = await open(t, {}, { device: () => ({ auth: 'digest' }) })
    await node.startSteady()
    await node.steer('master dead')
    await node.untilModes(0, 0, 0)
    const said = [...node.lines, JSON.stringify(await node.status())].join('\n')
    assert.doesNotMatch(said, /admin:|berofos"/)
  })
})
