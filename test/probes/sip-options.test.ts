import assert from 'node:assert/strict'
import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { test } from 'node:test'
import { buildResponse, firstValue, parseSip, type SipMessage } from '../../src/probes/sip-message.ts'
import { probeSip } from '../../src/probes/sip-options.ts'
import { startSimulatedMaster } from '../../src/simulator/simulated-master.ts'
import { systemClock } from '../../src/system/clock.ts'
import { openSockets, until } from '../helpers/until.ts'
import { neverAborts, sipCheck } from './checks.ts'

const transports = ['udp', 'tcp'] as const
const peer = { address: '127.0.0.1', port: 1 }
const ok = (request: SipMessage) => buildResponse(request, 'SIP/2.0 200 OK', peer)

/** A UDP peer that does as told with each datagram. */
async function udpPeer(answer: (request: SipMessage, from: RemoteInfo, socket: UdpSocket) => void) {
  const socket = createSocket('udp4')
  let datagrams = 0
  socket.on('message', (bytes, from) => {
    datagrams++
    const request = parseSip(bytes.toString())
    if (request) answer(request, from, socket)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return { port: socket.address().port, datagrams: () => datagrams, close: () => socket.close() }
}

async function tcpPeer(answer: (request: SipMessage, socket: Socket) => void) {
  const server = createServer(socket => {
    socket.on('error', () => {})
    socket.once('data', bytes => {
      const request = parseSip(bytes.toString())
      if (request) answer(request, socket)
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return { port: (server.address() as { port: number }).port, close: () => server.close() }
}

for (const transport of transports) {
  for (const address of ['127.0.0.1', '::1']) {
    test(`over ${transport} to ${address}: alive, silent, dead`, async () => {
      const master = await startSimulatedMaster({ sip: { address } })
      const check = sipCheck({ host: address, port: master.endpoints.sip.port, transport, timeoutMs: 300 })
      const alive = await probeSip(check, systemClock, neverAborts)
      await master.setCondition('silent', 'sip')
      const silent = await probeSip(check, systemClock, neverAborts)
      await master.setCondition('dead', 'sip')
      const dead = await probeSip(check, systemClock, neverAborts)
      assert.deepEqual(
        [alive, silent, dead].map(result => [result.outcome, result.detail]),
        [
          ['answered', 'SIP/2.0 200 OK'],
          ['failed', 'no answer in 300 ms'],
          ['failed', 'connection refused'],
        ],
      )
      assert.ok(dead.ms < 300, 'refused at once')
      await master.close()
    })
  }

  test(`over ${transport}, what only ever promises or drips is not an answer`, async () => {
    const master = await startSimulatedMaster()
    await master.setCondition('drip', 'sip')
    const check = sipCheck({ port: master.endpoints.sip.port, transport, timeoutMs: 300 })
    assert.equal((await probeSip(check, systemClock, neverAborts)).detail, 'no answer in 300 ms')
    await master.close()
  })
}

for (const transport of transports) {
  test(`over ${transport}, an address to which our own kernel refuses to connect is inconclusive at once`, async () => {
    // The broadcast address of loopback: EACCES without SO_BROADCAST, whoever runs this and whatever his routes.
    const check = sipCheck({ host: '127.255.255.255', port: 5060, transport, timeoutMs: 60_000 })
    const { outcome } = await probeSip(check, systemClock, neverAborts)
    assert.equal(outcome, 'inconclusive')
  })
}

test('over UDP a probe is exactly one datagram, however long nothing answers', async () => {
  const master = await udpPeer(() => {})
  await probeSip(sipCheck({ port: master.port, timeoutMs: 1200 }), systemClock, neverAborts)
  assert.equal(master.datagrams(), 1)
  master.close()
})

for (const status of [
  '401 Unauthorized',
  '404 Not Found',
  '302 Moved',
  '503 Service Unavailable',
  '603 Decline',
]) {
  test(`a final ${status} is life`, async () => {
    const master = await udpPeer((request, from, socket) => {
      socket.send(buildResponse(request, `SIP/2.0 ${status}`, peer), from.port)
    })
    const result = await probeSip(sipCheck({ port: master.port }), systemClock, neverAborts)
    assert.deepEqual([result.outcome, result.detail], ['answered', `SIP/2.0 ${status}`])
    master.close()
  })
}

for (const [what, address] of [
  ['another address', '127.0.0.2'],
  ['another port', '127.0.0.1'],
] as const) {
  test(`over UDP an answer from ${what} of the master is life`, async () => {
    const other = createSocket('udp4')
    other.bind(0, address)
    await once(other, 'listening')
    const master = await udpPeer((request, from) => other.send(ok(request), from.port, from.address))
    const result = await probeSip(sipCheck({ port: master.port }), systemClock, neverAborts)
    assert.deepEqual([result.outcome, result.detail], ['answered', 'SIP/2.0 200 OK'])
    other.close()
    master.close()
  })
}

test('over UDP an answer to the address in Via, without rport, is life', async () => {
  const other = createSocket('udp4')
  other.bind(0, '127.0.0.3')
  await once(other, 'listening')
  const master = await udpPeer(request => {
    const [, host = '', port] = /UDP ([\d.]+):(\d+);/.exec(firstValue(request, 'via')) ?? []
    other.send(ok(request), Number(port), host)
  })
  assert.equal(
    (await probeSip(sipCheck({ port: master.port }), systemClock, neverAborts)).outcome,
    'answered',
  )
  other.close()
  master.close()
})

test('over UDP what a stranger sends without our branch is ignored', async () => {
  const other = createSocket('udp4')
  other.bind(0, '127.0.0.2')
  await once(other, 'listening')
  const master = await udpPeer((request, from) => {
    other.send(ok(request).replace('z9hG4bK', 'z9hG4bKx'), from.port, from.address)
  })
  const result = await probeSip(sipCheck({ port: master.port, timeoutMs: 200 }), systemClock, neverAborts)
  assert.deepEqual([result.outcome, result.detail], ['failed', 'no answer in 200 ms'])
  other.close()
  master.close()
})

test('over UDP nothing is left open, refused or answered', async () => {
  const before = openSockets()
  const master = await udpPeer((request, from, socket) => socket.send(ok(request), from.port))
  const check = sipCheck({ port: master.port })
  await Promise.all([probeSip(check, systemClock, neverAborts), probeSip(check, systemClock, neverAborts)])
  master.close()
  await probeSip(check, systemClock, neverAborts)
  await until('all sockets closed', () => openSockets() <= before)
})

test('garbage, strangers’ answers and promises are ignored, the answer behind them counts', async () => {
  const master = await udpPeer((request, from, socket) => {
    const answers = [
      Buffer.from([0, 255, 13, 10]),
      'SIP/2.0 200 OK\r\n\r\n',
      ok(request).replace('z9hG4bK', 'z9hG4bKx'),
      buildResponse(request, 'SIP/2.0 100 Trying', peer),
      buildResponse(request, 'SIP/2.0 486 Busy Here', peer),
    ]
    for (const answer of answers) socket.send(answer, from.port)
  })
  const result = await probeSip(sipCheck({ port: master.port }), systemClock, neverAborts)
  assert.equal(result.detail, 'SIP/2.0 486 Busy Here')
  master.close()
})

test('the answer to an earlier probe does not count for this one', async () => {
  const earlier: SipMessage[] = []
  const master = await udpPeer((request, from, socket) => {
    const last = earlier.at(-1)
    if (last) socket.send(ok(last), from.port)
    earlier.push(request)
  })
  const check = sipCheck({ port: master.port, timeoutMs: 200 })
  await probeSip(check, systemClock, neverAborts)
  assert.equal((await probeSip(check, systemClock, neverAborts)).outcome, 'failed')
  assert.equal(earlier.length, 2)
  master.close()
})

test('over TCP an answer in pieces behind a promise with a body counts', async () => {
  const master = await tcpPeer((request, socket) => {
    const promise = buildResponse(request, 'SIP/2.0 183 Progress', peer).replace('Length: 0', 'Length: 9')
    const text = `${promise}SIP/2.0 9${ok(request)}`
    const next = (at: number) => {
      if (at < text.length) socket.write(text.slice(at, at + 7), () => next(at + 7))
    }
    next(0)
  })
  const result = await probeSip(sipCheck({ port: master.port, transport: 'tcp' }), systemClock, neverAborts)
  assert.equal(result.detail, 'SIP/2.0 200 OK')
  master.close()
})

for (const [what, answer, detail] of [
  ['closes', (socket: Socket) => socket.end(), 'connection closed without an answer'],
  ['resets', (socket: Socket) => socket.resetAndDestroy(), 'connection reset'],
  [
    'speaks HTTP',
    (socket: Socket) => socket.end('HTTP/1.0 400 Bad\r\n\r\n'),
    'something that is not SIP answered',
  ],
] as const) {
  test(`over TCP a peer that ${what} has failed`, async () => {
    const master = await tcpPeer((_request, socket) => answer(socket))
    const result = await probeSip(sipCheck({ port: master.port, transport: 'tcp' }), systemClock, neverAborts)
    assert.deepEqual([result.outcome, result.detail], ['failed', detail])
    master.close()
  })
}

for (const transport of transports) {
  test(`an abort ends a ${transport} probe as inconclusive`, async () => {
    const master = await startSimulatedMaster()
    await master.setCondition('silent')
    const stopping = new AbortController()
    const check = sipCheck({ port: master.endpoints.sip.port, transport, timeoutMs: 60_000 })
    const result = probeSip(check, systemClock, stopping.signal)
    setImmediate(() => stopping.abort())
    assert.equal((await result).outcome, 'inconclusive')
    await master.close()
  })
}
