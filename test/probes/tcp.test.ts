import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { test } from 'node:test'
import { probeTcp } from '../../src/probes/tcp.ts'
import { startSimulatedMaster } from '../../src/simulator/simulated-master.ts'
import { systemClock } from '../../src/system/clock.ts'
import { neverAborts, tcpCheck } from './checks.ts'

async function listen(onConnection: (socket: Socket) => void): Promise<{ server: Server; port: number }> {
  const server = createServer(onConnection)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return { server, port: (server.address() as { port: number }).port }
}

test('whoever accepts the connection is alive', async () => {
  const master = await startSimulatedMaster()
  const { port } = master.endpoints.tcp
  const result = await probeTcp(tcpCheck({ port }), systemClock, neverAborts)
  assert.deepEqual([result.outcome, result.detail], ['answered', `connected to port ${port}`])
  await master.close()
})

test('a closed port is a failure at once', async () => {
  const master = await startSimulatedMaster()
  const { port } = master.endpoints.tcp
  await master.setCondition('dead')
  const result = await probeTcp(tcpCheck({ port }), systemClock, neverAborts)
  assert.deepEqual([result.outcome, result.detail], ['failed', 'connection refused'])
  assert.ok(result.ms < 1000)
})

test('the connection is closed with FIN, though a banner stands unread', async () => {
  const seen: string[] = []
  let closed = () => {}
  const whenClosed = new Promise<void>(resolve => {
    closed = resolve
  })
  const { server, port } = await listen(socket => {
    socket.write('SSH-2.0-OpenSSH_9.2\r\n')
    socket.on('error', error => seen.push(error.message))
    socket.on('end', () => seen.push('end'))
    socket.on('close', () => closed())
    socket.resume()
  })
  const result = await probeTcp(tcpCheck({ port }), systemClock, neverAborts)
  await whenClosed
  assert.equal(result.outcome, 'answered')
  assert.deepEqual(seen, ['end'])
  server.close()
})

test('a peer that never closes does not hold the probe', async () => {
  const { server, port } = await listen(() => {})
  server.on('connection', (socket: Socket) => socket.pause())
  const before = systemClock.mono()
  const result = await probeTcp(tcpCheck({ port, timeoutMs: 10_000 }), systemClock, neverAborts)
  assert.equal(result.outcome, 'answered')
  assert.ok(systemClock.mono() - before < 5000)
  server.close()
})

test('an abort while it connects ends it as inconclusive', async () => {
  const master = await startSimulatedMaster()
  const stopping = new AbortController()
  const result = probeTcp(tcpCheck({ port: master.endpoints.tcp.port }), systemClock, stopping.signal)
  stopping.abort()
  assert.equal((await result).outcome, 'inconclusive')
  await master.close()
})

test('a name that nobody ever resolved is inconclusive', async () => {
  const result = await probeTcp(tcpCheck({ host: 'nosuch.invalid', port: 1 }), systemClock, neverAborts)
  assert.equal(result.outcome, 'inconclusive')
})

test('IPv6 works as IPv4 does', async () => {
  const master = await startSimulatedMaster({ tcp: { address: '::1' } })
  const { address: host, port } = master.endpoints.tcp
  const result = await probeTcp(tcpCheck({ host, port }), systemClock, neverAborts)
  assert.equal(result.outcome, 'answered')
  await master.close()
})
