import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import type { CheckSettings } from '../../src/core/settings.ts'
import { probeKindOf } from '../../src/probes/index.ts'
import {
  type MasterCondition,
  type MasterService,
  masterServices,
  type SimulatedMaster,
  startSimulatedMaster,
} from '../../src/simulator/simulated-master.ts'
import { systemClock } from '../../src/system/clock.ts'
import { openSockets, until } from '../helpers/until.ts'
import { httpCheck, neverAborts, sipCheck, tcpCheck } from '../probes/checks.ts'

const probe = async (check: CheckSettings) =>
  (await probeKindOf(check).once(check, systemClock, neverAborts)).outcome

const checks: Record<MasterService, (port: number) => CheckSettings> = {
  tcp: port => tcpCheck({ port, timeoutMs: 200 }),
  http: port => httpCheck({ url: `http://127.0.0.1:${port}/any/path`, timeoutMs: 200 }),
  sip: port => sipCheck({ port, timeoutMs: 200 }),
}
const probeService = (master: SimulatedMaster, service: MasterService) =>
  probe(checks[service](master.endpoints[service].port))

for (const [condition, service, outcome] of [
  ['alive', 'tcp', 'answered'],
  ['alive', 'http', 'answered'],
  ['alive', 'sip', 'answered'],
  ['dead', 'tcp', 'failed'],
  ['dead', 'http', 'failed'],
  ['dead', 'sip', 'failed'],
  ['silent', 'tcp', 'answered'], // the connection is accepted: that is all this probe asks for
  ['silent', 'http', 'failed'],
  ['silent', 'sip', 'failed'],
  ['drip', 'http', 'failed'],
  ['drip', 'sip', 'failed'],
] as const satisfies readonly [MasterCondition, MasterService, string][]) {
  test(`${condition}: a ${service} probe has ${outcome}`, async () => {
    const master = await startSimulatedMaster()
    await master.setCondition(condition)
    assert.equal(await probeService(master, service), outcome)
    await master.close()
  })
}

test('a crashed telephony is sip dead with the rest alive', async () => {
  const master = await startSimulatedMaster()
  await master.setCondition('dead', 'sip')
  const outcomes = await Promise.all(masterServices.map(service => probeService(master, service)))
  assert.deepEqual(outcomes, ['answered', 'answered', 'failed'])
  await master.close()
})

test('whoever rises from the dead is at the same port', async () => {
  const master = await startSimulatedMaster()
  const before = structuredClone(master.endpoints)
  await master.setCondition('dead')
  await master.setCondition('alive')
  assert.deepEqual(master.endpoints, before)
  assert.equal(await probeService(master, 'sip'), 'answered')
  await master.close()
})

test('who dies resets what is connected', async () => {
  const master = await startSimulatedMaster()
  const socket = connect(master.endpoints.tcp.port, '127.0.0.1')
  await once(socket, 'connect')
  while (master.counts.tcp === 0) await new Promise(resolve => setImmediate(resolve))
  const [[error]] = await Promise.all([once(socket, 'error'), master.setCondition('dead', 'tcp')])
  assert.equal(error.code, 'ECONNRESET')
  await master.close()
})

test('requests are counted, answered or not', async () => {
  const master = await startSimulatedMaster()
  await probeService(master, 'sip')
  await master.setCondition('silent')
  await probeService(master, 'sip')
  await probeService(master, 'http')
  assert.deepEqual(master.counts, { tcp: 0, http: 1, sip: 2 })
  await master.close()
})

test('a port that is taken is an error that names it', async () => {
  const first = await startSimulatedMaster()
  const { port } = first.endpoints.http
  await assert.rejects(startSimulatedMaster({ http: { port } }), new RegExp(`EADDRINUSE.*${port}`))
  await first.close()
})

test('each service may stand at an address of its own', async () => {
  const master = await startSimulatedMaster({ tcp: { address: '127.0.0.2' }, sip: { address: '127.0.0.3' } })
  assert.deepEqual(
    masterServices.map(service => master.endpoints[service].address),
    ['127.0.0.2', '127.0.0.1', '127.0.0.3'],
  )
  assert.equal(await probe(tcpCheck({ host: '127.0.0.2', port: master.endpoints.tcp.port })), 'answered')
  await master.close()
})

test('closed, it leaves nothing open', async () => {
  const before = openSockets()
  const master = await startSimulatedMaster()
  await master.setCondition('drip')
  await Promise.all(masterServices.map(service => probeService(master, service)))
  await master.close()
  await until('all its sockets are closed', () => openSockets() <= before)
})
