import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { startPeer } from '../alerts/peers.ts'
import { openReceiver } from '../alerts/receiver.ts'
import { freePort } from '../helpers/free-port.ts'
import { needs } from '../helpers/needs.ts'
import { NodeUnderTest } from '../helpers/node-under-test.ts'
import { until } from '../helpers/until.ts'
import { runBerofosd } from './run-berofosd.ts'

async function open(t: TestContext, smtpPort: number) {
  const { url, received } = await openReceiver(t)
  const secret = url.replace('http://', 'http://ops:geheim@')
  const node = await NodeUnderTest.open(t, {
    alert: {
      command: 'cat >/dev/null',
      url: `${secret}/geheim`,
      header: 'X-Token: geheim',
      mail_to: 'ops@example.org',
      smtp: `127.0.0.1:${smtpPort}`,
    },
    heartbeat: { url: `${url}/ping/geheim` },
  })
  const { configFile, bnfosFile } = node.files
  const test = () => runBerofosd(['alert', 'test', '-c', configFile, '--bnfos-conf', bnfosFile])
  return { node, received, test }
}

describe('berofosd alert test', () => {
  it('is delivered by the daemon, by every way', { skip: needs('aiosmtpd') }, async t => {
    const port = await freePort()
    const { printed } = await startPeer(t, 'aiosmtpd', port, [
      '-n',
      '-l',
      `127.0.0.1:${port}`,
      '-c',
      'aiosmtpd.handlers.Debugging',
      'stdout',
    ])
    const { node, received, test } = await open(t, port)
    await node.startSteady()
    const { code, out, err } = await test()
    assert.deepEqual([code, err], [0, ''])
    const ways = out
      .trim()
      .split('\n')
      .map(line => line.replace(/127\.0\.0\.1:\d+/, 'HOST').replace(/ in .*/, ''))
    assert.deepEqual(ways, [
      'ok the command: delivered',
      'ok HOST (json): delivered',
      'ok mail through HOST: delivered',
      'ok heartbeat to HOST (healthchecks): delivered',
    ])
    await until(
      'the mail is there',
      () => printed().includes('Subject: ') && printed().includes('END MESSAGE'),
    )
    assert.ok(received.some(({ body }) => body.includes('"event":"test"')))
  })

  it('says of each way why it does not work, and ends with 1; no secret is told anywhere', async t => {
    const { node, test } = await open(t, await freePort())
    await node.startSteady()
    const { code, out } = await test()
    assert.equal(code, 1)
    assert.match(out, /^!! mail through \S+: not delivered: connection refused$/m)
    assert.doesNotMatch(out + node.lines.join('\n') + JSON.stringify(await node.status()), /geheim/)
  })

  it('without a daemon is sent from the shell, which is said', async t => {
    const { received, test } = await open(t, await freePort())
    const { code, out, err } = await test()
    assert.equal(code, 1)
    assert.match(err, /^berofosd: no daemon runs: sent from here, which does not prove/m)
    assert.match(out, /^ok \S+ \(json\): delivered/m)
    assert.equal(received.length, 1)
    assert.doesNotMatch(out + err, /geheim/)
  })

  it('takes no other word', async () => {
    const { code, err } = await runBerofosd(['alert', 'tset'])
    assert.deepEqual([code, err], [2, "berofosd: alert expects one word, test: 'berofosd alert test'\n"])
  })
})
