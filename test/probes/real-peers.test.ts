import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { ProbeResult } from '../../src/core/role.ts'
import type { CheckSettings } from '../../src/core/settings.ts'
import { probeKindOf } from '../../src/probes/index.ts'
import { pingStream } from '../../src/probes/ping-stream.ts'
import { systemClock } from '../../src/system/clock.ts'
import { freePort } from '../helpers/free-port.ts'
import { kamailioConf } from '../helpers/kamailio.ts'
import { inPath, needs } from '../helpers/needs.ts'
import { until } from '../helpers/until.ts'
import { httpCheck, neverAborts, pingCheck, sipCheck, withPing } from './checks.ts'

const directory = mkdtempSync(join(tmpdir(), 'berofosd-peers-'))
after(() => rmSync(directory, { recursive: true }))

const probe = (check: CheckSettings) => probeKindOf(check).once(check, systemClock, neverAborts)
const outcomeOf = async (check: CheckSettings) => (await probe(check)).outcome

function start(program: string, ...args: string[]): ChildProcess {
  return spawn(inPath(program) ?? program, args, { stdio: 'ignore', detached: true })
}

/** To the whole group: kamailio and nginx have children. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid) process.kill(-child.pid, signal)
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  signalGroup(child, 'SIGKILL')
  await once(child, 'exit')
}

async function startKamailio(address: string) {
  const port = await freePort()
  const file = join(directory, `kamailio-${port}.cfg`)
  writeFileSync(file, kamailioConf(address, port))
  const child = start('kamailio', '-DD', '-E', '-f', file, '-m', '64', '-M', '8', '-Y', directory)
  const check = (transport: 'udp' | 'tcp', timeoutMs = 1000) =>
    sipCheck({ host: address, port, transport, timeoutMs })
  await until('kamailio answers', async () => {
    assert.equal(child.exitCode, null, 'kamailio has ended')
    return (await outcomeOf(check('tcp'))) === 'answered'
  })
  return { child, port, check }
}

for (const transport of ['udp', 'tcp'] as const) {
  test(`a real SIP server over ${transport}: up, stopped, continued, gone`, {
    skip: needs('kamailio'),
  }, async () => {
    const { child, check } = await startKamailio('127.0.0.1')
    try {
      assert.deepEqual([(await probe(check(transport))).detail], ['SIP/2.0 200 OK'])
      signalGroup(child, 'SIGSTOP')
      assert.equal((await probe(check(transport, 300))).detail, 'no answer in 300 ms')
      signalGroup(child, 'SIGCONT')
      await until('it is up again', async () => (await outcomeOf(check(transport))) === 'answered')
    } finally {
      await stop(child)
    }
    await until('it is down', async () => (await probe(check(transport))).detail === 'connection refused')
  })
}

test('a real SIP server gets one datagram a probe', { skip: needs('kamailio') }, async () => {
  const { child, port } = await startKamailio('127.0.0.1')
  const relay = createSocket('udp4')
  const server = createSocket('udp4')
  let datagrams = 0
  let asker = 0
  relay.on('message', (bytes, from) => {
    datagrams++
    asker = from.port
    server.send(bytes, port, '127.0.0.1')
  })
  server.on('message', bytes => relay.send(bytes, asker, '127.0.0.1'))
  relay.bind(0, '127.0.0.1')
  await once(relay, 'listening')
  try {
    const check = sipCheck({ port: relay.address().port })
    for (let probes = 1; probes <= 5; probes++) {
      assert.equal(await outcomeOf(check), 'answered')
      assert.equal(datagrams, probes)
    }
  } finally {
    relay.close()
    server.close()
    await stop(child)
  }
})

/** A self-signed certificate for `name`: its two files. */
function certify(name: string): { cert: string; key: string } {
  const cert = join(directory, `${name}.pem`)
  const key = join(directory, `${name}.key`)
  const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name},IP:127.0.0.1`]
  const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', cert]
  execFileSync('openssl', [...args, ...subject], { stdio: 'ignore' })
  return { cert, key }
}

const nginxConf = (port: number, { cert, key }: { cert: string; key: string }) => `
daemon off;
pid ${directory}/nginx.pid;
error_log ${directory}/nginx.log;
events {}
http {
  access_log ${directory}/access.log;
  client_body_temp_path ${directory}/body; proxy_temp_path ${directory}/proxy; fastcgi_temp_path ${directory}/fastcgi;
  uwsgi_temp_path ${directory}/uwsgi; scgi_temp_path ${directory}/scgi;
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate ${cert};
    ssl_certificate_key ${key};
    location / { return 200 "alive\\n"; }
  }
}
`

test('a real web server with a self-signed certificate', { skip: needs('nginx', 'openssl') }, async () => {
  const port = await freePort()
  const files = certify('localhost')
  const other = certify('other.example')
  writeFileSync(join(directory, 'nginx.conf'), nginxConf(port, files))
  const child = start('nginx', '-c', join(directory, 'nginx.conf'), '-e', join(directory, 'nginx.log'))
  const url = `https://127.0.0.1:${port}/`
  try {
    await until(
      'nginx answers',
      async () => (await outcomeOf(httpCheck({ url, tlsVerify: false }))) === 'answered',
    )
    const strict = await probe(httpCheck({ url }))
    assert.equal(strict.outcome, 'failed')
    assert.match(strict.detail, /^certificate refused: self-signed certificate/)
    assert.equal(await outcomeOf(httpCheck({ url, ca: files.cert })), 'answered')
    assert.equal(
      await outcomeOf(httpCheck({ url: url.replace('127.0.0.1', 'localhost'), ca: files.cert })),
      'answered',
    )
    assert.match((await probe(httpCheck({ url, ca: other.cert }))).detail, /^certificate refused/)
    assert.equal(await outcomeOf(httpCheck({ url, tlsVerify: false, method: 'HEAD' })), 'answered')
  } finally {
    await stop(child)
  }
})

const ip = (...args: string[]) =>
  execFileSync(inPath('ip') ?? 'ip', args, { stdio: ['ignore', 'ignore', 'pipe'] })

/** Making namespaces takes root; with BEROFOSD_TEST_ALL=1 the lack of it is a failure. */
const needsRoot = process.getuid?.() === 0 || process.env.BEROFOSD_TEST_ALL === '1' ? false : 'takes root'

test('a real ping of a peer that goes and comes back', {
  skip: needs('ping', 'ip') || needsRoot,
}, async () => {
  const id = process.pid.toString(36)
  const [here, there, hereLink, thereLink] = [`bh${id}`, `bt${id}`, `bvh${id}`, `bvt${id}`]
  const peer = '198.18.7.2/30'
  const address = (verb: 'add' | 'del') => ip('-n', there, 'addr', verb, peer, 'dev', thereLink)
  try {
    ip('netns', 'add', here)
    ip('netns', 'add', there)
    ip('-n', here, 'link', 'add', hereLink, 'type', 'veth', 'peer', 'name', thereLink, 'netns', there)
    ip('-n', here, 'addr', 'add', '198.18.7.1/30', 'dev', hereLink)
    ip('-n', here, 'link', 'set', hereLink, 'up')
    ip('-n', there, 'link', 'set', thereLink, 'up')
    address('add')
    const script = `#!/bin/sh\nexec ${inPath('ip')} netns exec ${here} ${inPath('ping')} "$@"\n`
    await withPing(script, async () => {
      const seen: ProbeResult[] = []
      const check = pingCheck({ host: '198.18.7.2', intervalMs: 100, timeoutMs: 100 })
      const stream = pingStream(check, systemClock, result => seen.push(result))
      const lastAre = (outcome: string, count: number) =>
        seen.length >= count && seen.slice(-count).every(result => result.outcome === outcome)
      try {
        await until('answers', () => lastAre('answered', 3))
        const goneAtMs = systemClock.mono()
        address('del')
        await until('failures', () => lastAre('failed', 3))
        const detectedMs = systemClock.mono() - goneAtMs
        console.log(`three failures at 100 ms known after ${Math.round(detectedMs)} ms`)
        assert.ok(detectedMs < 2000)
        address('add')
        await until('answers again', () => lastAre('answered', 3))
        assert.ok(!seen.some(result => result.outcome === 'inconclusive'))
      } finally {
        await stream.stop()
      }
    })
  } finally {
    for (const namespace of [here, there]) ip('netns', 'del', namespace)
  }
})
