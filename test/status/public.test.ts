import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Facts } from '../../src/core/findings/facts.ts'
import { observe } from '../../src/core/findings.ts'
import { nextText } from '../../src/core/phases.ts'
import { uncheckedState } from '../../src/core/rise-fall.ts'
import type { CheckSettings } from '../../src/core/settings.ts'
import { initialState } from '../../src/core/state.ts'
import { publicFacts, publicReason, withoutUrls } from '../../src/status/public.ts'
import { pingCheck, someSettings } from '../helpers/settings.ts'

const now = { mono: 1000, wall: 1e12 }
const secret = 'SECRET'
const last = { result: { outcome: 'failed' as const, ms: 1, detail: secret }, ...now }
const down = {
  ...uncheckedState,
  ...{ verdict: 'down' as const, streak: { outcome: 'failed' as const, count: 9 }, failure: secret, last },
}
const calls = { ...pingCheck({ name: 'calls' }), type: 'command' } as unknown as CheckSettings

const facts: Facts = {
  settings: someSettings({
    checks: [calls],
    failback: { ...someSettings().failback, readyCommand: '/bin/ready' },
  }),
  state: {
    ...initialState,
    ...{ phase: 'waiting', role: 'slave', verdict: 'down', judged: true, checks: { calls: down } },
    readiness: { is: 'no', since: 0, againAt: 9000, detail: secret },
    failedHooks: {
      before_slave: { event: 'called-off', detail: secret, atWall: 0 },
      after_slave: { event: 'failover', detail: secret, atWall: 0 },
    },
  },
  relays: [],
  node: {
    'alert-undelivered': { url: secret },
    'state-unsaved': { 'state.json': 'ENOSPC' },
  },
  now,
}

describe('What every local user is told', () => {
  it('holds the same findings as what operators are told, without what programs of the site said', () => {
    const [all, told] = [facts, publicFacts(facts)].map(observe)
    assert.deepEqual(
      told?.map(({ code, subject }) => [code, subject]),
      all?.map(({ code, subject }) => [code, subject]),
    )
    assert.match(JSON.stringify(all), /SECRET/)
    assert.doesNotMatch(JSON.stringify(told), /SECRET/)
    assert.match(JSON.stringify(told), /ENOSPC/)
  })

  it('says what comes next without what ready_command said', () => {
    assert.equal(nextText(publicFacts(facts)), 'failback held: ready_command says: no')
  })

  it('keeps what a check of the network saw', () => {
    const ping = { ...facts, settings: someSettings({ checks: [pingCheck({ name: 'calls' })] }) }
    assert.equal(publicFacts(ping).state.checks.calls?.last?.result.detail, secret)
  })
})

describe('The reason of a move, for every local user', () => {
  for (const [what, reason, told] of [
    [
      'failover',
      'check calls is down: 3 failures in a row, last: SECRET; check ping is down: …',
      'check calls is down: 3 failures in a row',
    ],
    ['failover', 'no such words', 'no such words'],
    ['called-off', 'hook before_master: SECRET', 'the reason is not shown here'],
    ['forced', 'maintenance', 'maintenance'],
    ['failback', 'the master has been up for 60s', 'the master has been up for 60s'],
  ] as const)
    it(`of a ${what} is: ${told}`, () => assert.equal(publicReason(what, reason), told))
})

describe('A URL for every local user', () => {
  for (const [text, told] of [
    ['GET https://pbx.lan/api/key/123: HTTP 500', 'GET https://pbx.lan HTTP 500'],
    ['https://user:pw@pbx.lan:8443/x?token=1#y', 'https://pbx.lan:8443'],
    ['http://[fe80::1]:80/x, then', 'http://[fe80::1]:80, then'],
    ['http://a?x=1 http://b#y', 'http://a http://b'],
    ['10.34.1.20:80 /not/a/url', '10.34.1.20:80 /not/a/url'],
  ] as const)
    it(`ends behind its host: ${told}`, () => assert.equal(withoutUrls(text), told))

  it('is cut wherever it stands, and nothing else is changed', () =>
    assert.deepEqual(withoutUrls({ a: [{ b: 'http://h/x' }], c: null, d: 1, e: true }), {
      ...{ a: [{ b: 'http://h' }], c: null, d: 1, e: true },
    }))
})
