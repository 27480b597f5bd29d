import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { NodeUnderTest } from '../helpers/node-under-test.ts'
import { at, runBerofosd, widthOf } from './run-berofosd.ts'

const open = NodeUnderTest.open

/** All three services, each of which the site's master has. */
async function openAll(t: Parameters<typeof open>[0], sip = {}) {
  const node = await open(t)
  const { sip: at, http } = node.site.master.endpoints
  await node.configure({
    'check.sip': { type: 'sip', port: at.port, timeout: '500ms', ...sip },
    'check.web': { type: 'http', url: `http://127.0.0.1:${http.port}/`, required: 'no' },
  })
  return node
}

describe('berofosd check', { concurrency: 2 }, () => {
  it('asks every check once, and ends with 0 when every required one answers', async t => {
    const node = await openAll(t)
    const { code, out } = await at(node, 'check')
    assert.equal(code, 0)
    assert.match(out, /^ok the master 127\.0\.0\.1 is healthy/)
    for (const name of ['sip', 'web', 'tcp']) assert.match(out, new RegExp(`^ok ${name} .* answered`, 'm'))
    assert.deepEqual(node.site.master.counts, { tcp: 1, http: 1, sip: 1 })
    assert.ok(widthOf(out) <= 80)
  })

  it('ends with 1 when a required one fails', async t => {
    const node = await openAll(t)
    await node.steer('master sip silent')
    const { code, out } = await at(node, 'check')
    assert.equal(code, 1)
    assert.match(out, /^!! the master 127\.0\.0\.1 is not healthy/)
    assert.match(out, /^!! sip +sip +yes +failed/m)
  })

  it('says whom it waits for when that takes longer than a second', async t => {
    const node = await openAll(t, { timeout: '1500ms' })
    await node.steer('master sip silent')
    const { err } = await at(node, 'check', '--json')
    assert.equal(err, '… waiting for sip\n')
  })

  it('ends with 0 when only one that never decides fails', async t => {
    const node = await openAll(t)
    await node.steer('master http dead')
    assert.equal((await at(node, 'check')).code, 0)
  })

  it('on a node of Wazo that names no master says so, and asks nobody', async t => {
    const node = await open(t, {}, { relays: 1 })
    await writeFile(node.files.configFile, '[master]\nhost = wazo\n')
    const { code, out, err } = await at(node, 'check')
    assert.deepEqual([code, out], [1, ''])
    assert.match(err, /^berofosd: nothing to check: this node is not the slave \(/)
    const { code: jsonCode, out: json } = await at(node, 'check', '--json')
    const { healthy, host, checks } = JSON.parse(json)
    assert.deepEqual([jsonCode, healthy, host, checks], [1, false, null, []])
  })

  it('--json prints one object', async t => {
    const node = await openAll(t)
    await node.steer('master sip dead')
    const { code, out } = await at(node, 'check', '--json')
    const { healthy, checks } = JSON.parse(out)
    const rows = checks.map(({ name, ok }: { name: string; ok: boolean }) => [name, ok])
    assert.deepEqual(
      [code, healthy, Object.fromEntries(rows)],
      [1, false, { sip: false, tcp: true, web: true }],
    )
  })
})

describe('berofosd check-config', { concurrency: 2 }, () => {
  it('shows files, devices, checks and the worst-case detection time, and no password', async t => {
    const node = await open(t, {}, { device: () => ({ auth: 'basic', values: { apwd: 'Secret;1' } }) })
    const { code, out, err } = await at(node, 'check-config')
    assert.equal(code, 0)
    assert.ok(out.includes('is valid: 3 devices'))
    assert.match(out, /fos2 +127\.0\.0\.1 +\d+ +yes +no +00:19:32:00:00:02/)
    assert.match(out, /tcp +tcp +yes +100ms +1s +3 +2/)
    assert.match(
      out.replaceAll(/\s+/g, ' '),
      /worst-case detection 3\.1 s \(check tcp: 3 failures in a row at 100ms\)/,
    )
    assert.ok(widthOf(out) <= 80)
    assert.ok(!`${out}${err}`.includes('Secret'))
  })

  it('ends with 78 and a line for each problem of both files', async t => {
    const node = await open(t)
    await node.configure({ relays: { timeout: 'soon' }, lgo: {} })
    const bad = ['-c', node.files.configFile, '--bnfos-conf', 'test/data/bnfos/mac-malformed.conf']
    const { code, out, err } = await runBerofosd(['check-config', ...bad])
    assert.deepEqual([code, out], [78, ''])
    const lines = err.trimEnd().split('\n')
    assert.equal(lines.length, 3)
    for (const line of lines) assert.match(line, /^\S+\.conf:\d+: \[\S+\] /)
  })

  it('on a node of Wazo that names no master shows whom checks would ask', async t => {
    const node = await open(t, {}, { relays: 1 })
    await writeFile(node.files.configFile, '[master]\nhost = wazo\n[check.sip]\ntype = sip\n')
    const { out } = await at(node, 'check-config')
    assert.match(out, /^ +sip +sip .* wazo:5060$/m)
  })

  it('without bnfos.conf says that nothing is driven', async t => {
    const { files } = await open(t)
    const { code, out } = await runBerofosd([
      'check-config',
      '-c',
      files.configFile,
      '--bnfos-conf',
      '/nowhere',
    ])
    assert.equal(code, 0)
    assert.match(out, /\/nowhere does not exist: berofos is not configured, nothing is driven/)
  })

  it('prints warnings on stderr', async () => {
    const files = ['-c', 'test/data/master-only.conf', '--bnfos-conf', '/dev/shm/no-such-file']
    const { code, err } = await runBerofosd(['check-config', ...files])
    assert.deepEqual([code, err], [0, ''])
  })
})
