import assert from 'node:assert/strict'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { systemClock } from '../../src/system/clock.ts'
import { NodeUnderTest } from '../helpers/node-under-test.ts'
import { at } from './run-berofosd.ts'

const open = NodeUnderTest.open
const codes = async (node: NodeUnderTest) => (await node.status()).findings.map(({ code }) => code)

describe('berofosd reload', { concurrency: 2 }, () => {
  it('says what changed, or that nothing did', async t => {
    const node = await open(t)
    await node.startSteady()
    assert.deepEqual(await at(node, 'reload'), { code: 0, out: 'reloaded: nothing changed\n', err: '' })
    await node.configure({
      failback: { stable_for: '9s' },
      'check.ssh': { type: 'tcp', port: '1', required: 'no' },
    })
    const { code, out } = await at(node, 'reload')
    assert.deepEqual([code, out], [0, 'reloaded: [check.ssh] (new), [failback]\n'])
  })

  it('with a bad file names each problem and ends with 1: a finding until the files are good', async t => {
    const node = await open(t)
    await node.startSteady()
    await node.configure({ failback: { stable_for: 'soon', policy: 'sometimes' } })
    const { code, out, err } = await at(node, 'reload')
    assert.deepEqual([code, out], [1, ''])
    assert.match(err, /^\S+:\d+: \[failback\] stable_for: .*\n\S+:\d+: \[failback\] policy: /)
    assert.match(err, /\nberofosd: the old configuration stays in force\n$/)
    assert.ok((await codes(node)).includes('files-invalid'))
    assert.equal((await node.status()).phase, 'steady')
    await node.configure({ failback: { stable_for: '1s', policy: 'auto' } })
    assert.equal((await at(node, 'reload')).code, 0)
    assert.ok(!(await codes(node)).includes('files-invalid'))
  })

  it("without a master's name is such a file", async t => {
    const node = await open(t)
    await node.startSteady()
    const text = readFileSync(node.files.configFile, 'utf8')
    writeFileSync(node.files.configFile, text.replace(/^host = .*$/m, 'host ='))
    const { code, err } = await at(node, 'reload')
    assert.equal(code, 1, err)
    assert.match(err, /\[master\] host: /)
    assert.equal((await node.status()).phase, 'steady')
  })

  it('with an empty bnfos.conf keeps the old one', async t => {
    const node = await open(t)
    await node.startSteady()
    for (const text of ['', '# nothing yet\n']) {
      writeFileSync(node.files.bnfosFile, text)
      const { code, err } = await at(node, 'reload')
      assert.equal(code, 1)
      assert.match(err, /\[relay\.fos1\] bnfos\.conf has no such device/)
      assert.equal((await node.status()).relays.length, 3)
    }
  })

  it('while bnfos.conf is being replaced looks a second time', async t => {
    const node = await open(t)
    await node.startSteady()
    const { bnfosFile } = node.files
    renameSync(bnfosFile, `${bnfosFile}.new`)
    const reloaded = node.ask({ command: 'reload' })
    // The first look takes some milliseconds, the second one comes a second later.
    await systemClock.sleep(300)
    renameSync(`${bnfosFile}.new`, bnfosFile)
    const result = await reloaded
    assert.deepEqual(result.outcome === 'answered' && [result.reply.ok, result.reply.changed], [true, []])
    assert.deepEqual(node.logged(/not configured/), [])
  })

  it('without bnfos.conf lets go of the devices, and says so', async t => {
    const node = await open(t)
    await node.startSteady()
    renameSync(node.files.bnfosFile, `${node.files.bnfosFile}.away`)
    const { code, out } = await at(node, 'reload')
    assert.deepEqual([code, out], [0, 'reloaded: bnfos.conf is gone\n'])
    await node.untilLine(/reload: \S+berofosd\.conf is in force; \S+bnfos\.conf is gone: no relay is driven;/)
    assert.equal((await node.status()).phase, 'unconfigured')
  })

  it('without a daemon ends with 1', async t => {
    const node = await open(t)
    const { code, err } = await at(node, 'reload')
    assert.equal(code, 1)
    assert.match(err, /no daemon answers/)
  })
})
