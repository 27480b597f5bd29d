import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { bypassValues } from '../../src/simulator/site-config.ts'
import { freePort } from '../helpers/free-port.ts'
import { kamailioConf } from '../helpers/kamailio.ts'
import { inPath, needs } from '../helpers/needs.ts'
import { NodeUnderTest } from '../helpers/node-under-test.ts'
import { until } from '../helpers/until.ts'

/** interval + 2 timeouts + timeout, as check-config prints it; a busy machine may take a while for the rest. */
const worstCaseMs = 300 + 3 * 500
const busyMs = 5000

/** A server whose telephony is a kamailio, in front of a PBX with two lines. */
async function serverWithTelephony(t: TestContext, address: string) {
  const port = await freePort()
  const sip = { type: 'sip', host: '127.0.0.1', port, interval: '300ms', timeout: '500ms', fall: 3, rise: 2 }
  const overrides = {
    master: null,
    isolation: null,
    'check.tcp': null,
    'check.sip': sip,
    // Longer than the test: what is bypassed in it is so by the check.
    bypass: { kick: '500ms', watchdog: '120s' },
    failback: { stable_for: '500ms' },
  }
  const device = () => ({ values: { ...bypassValues, wdogitime: '120' } })
  const site = { kind: 'bypass', relays: 2, gbl4: true, address, device } as const
  const node = await NodeUnderTest.open(t, overrides, site)
  const file = join(node.directory, 'kamailio.cfg')
  writeFileSync(file, kamailioConf('127.0.0.1', port))
  let telephony: ChildProcess | null = null
  const signal = (name: NodeJS.Signals) => {
    if (telephony?.pid && telephony.exitCode === null && telephony.signalCode === null)
      process.kill(-telephony.pid, name)
  }
  const start = () => {
    const args = ['-DD', '-E', '-f', file, '-m', '64', '-M', '8', '-Y', node.directory]
    telephony = spawn(inPath('kamailio') ?? 'kamailio', args, { stdio: 'ignore', detached: true })
  }
  t.after(() => signal('SIGKILL'))
  start()
  await node.start()
  await node.untilStatus(
    'the server has the lines',
    ({ role, phase }) => role === 'server' && phase === 'steady',
  )
  const end = async () => {
    const gone = telephony === null ? undefined : once(telephony, 'exit')
    signal('SIGKILL')
    await gone
  }
  return { node, signal, start, end }
}

const ends: Readonly<Record<string, (s: Awaited<ReturnType<typeof serverWithTelephony>>) => unknown>> = {
  killed: ({ end }) => end(),
  stopped: ({ signal }) => signal('SIGSTOP'),
}
const returns: typeof ends = {
  killed: ({ start }) => start(),
  stopped: ({ signal }) => signal('SIGCONT'),
}

describe('Telephony in front of a PBX', { skip: needs('kamailio') }, () => {
  for (const [index, how] of Object.keys(ends).entries())
    it(`that is ${how} is bypassed by its check, and gets the lines back when it answers`, async t => {
      const server = await serverWithTelephony(t, `127.0.8${index + 1}.1`)
      const { node } = server
      const changes = () => node.site.relays.map(({ device }) => device.changes.at(-1))
      const at = performance.now()
      await ends[how]?.(server)
      await until('the PBX has the lines', () => node.modes().every(mode => mode === 0))
      const tookMs = performance.now() - at
      assert.deepEqual(
        changes().map(change => change?.by),
        ['http', 'http'],
      )
      assert.ok(tookMs <= worstCaseMs + busyMs, `it took ${tookMs} ms`)
      await returns[how]?.(server)
      await until('the server has them again', () => node.modes().every(mode => mode === 1))
      assert.equal(node.logged(/ failback: lines through the server: /).length, 1)
    })
})
