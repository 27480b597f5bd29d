import assert from 'node:assert/strict'
import { test } from 'node:test'
import { adviceOf } from '../../src/core/advice.ts'
import { someSettings } from '../helpers/settings.ts'

const plain = someSettings({ witnesses: ['10.34.1.1'] })
const told = { ...plain, heartbeat: { ...plain.heartbeat, url: 'https://hc.example/ping' } }
const [ping] = told.checks
const sip = { ...ping, name: 'sip', type: 'sip', port: 5060, transport: 'udp' }
const sound = { ...told, checks: [ping, sip] } as typeof told

test('a configuration that sees and tells everything gets no advice', () => {
  assert.deepEqual(adviceOf(sound), [])
})

test('without another required check than ping a crashed Asterisk is not seen', () => {
  const optional = { ...sound, checks: [ping, { ...sip, required: false }] } as typeof told
  for (const settings of [told, optional])
    assert.match(adviceOf(settings).join(), /^ping only: a crashed Asterisk/)
})

test('a pair without a witness is told so, a server in front of a PBX has none', () => {
  const alone = { ...sound, witnesses: [] }
  assert.match(adviceOf(alone).join(), /^no witness: /)
  assert.deepEqual(adviceOf({ ...alone, site: { kind: 'bypass' } as never }), [])
})

test('a configuration that tells nobody is told so', () => {
  assert.match(adviceOf({ ...sound, heartbeat: plain.heartbeat }).join(), /^no \[alert\]/)
})

test('in front of a PBX a watchdog is told to be short when two lost kicks or a restart make it trip', () => {
  const of = (kickMs: number, watchdogMs: number) =>
    adviceOf({ ...sound, site: { kind: 'bypass', kickMs, watchdogMs } }).join('\n')
  assert.equal(of(5000, 60_000), '')
  assert.match(of(5000, 15_000), /^watchdog is not longer than three times kick: [^\n]*$/)
  assert.equal(of(5000, 16_000), '')
  assert.match(of(1000, 10_000), /^watchdog is not 10 s longer than kick: [^\n]*$/)
  assert.equal(of(1000, 11_000), '')
})
