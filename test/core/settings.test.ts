import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { checkTarget } from '../../src/core/proven.ts'
import {
  type CheckSettings,
  type CheckType,
  isStream,
  requiredTypes,
  seesTelephony,
  shownTarget,
} from '../../src/core/settings.ts'
import { commandCheck, httpCheck, pingCheck, sipCheck, tcpCheck } from '../probes/checks.ts'

interface Expected {
  readonly check: CheckSettings
  /** What people are shown of what it asks. */
  readonly shown: string
  /** What it is remembered by as proven: in the state of every site that runs. */
  readonly remembered: string
  readonly seesTelephony: boolean
  readonly isStream: boolean
}

const url = 'https://10.34.1.10/api/auth/0.1/status'
const host = '10.34.1.10'
const types: { readonly [T in CheckType]: Expected } = {
  ping: {
    check: pingCheck({ host }),
    shown: '10.34.1.10',
    remembered: 'ping 10.34.1.10',
    seesTelephony: false,
    isStream: true,
  },
  tcp: {
    check: tcpCheck({ host, port: 22 }),
    shown: '10.34.1.10:22',
    remembered: 'tcp 10.34.1.10:22',
    seesTelephony: true,
    isStream: false,
  },
  http: {
    check: httpCheck({ host, url }),
    shown: url,
    remembered: `http ${url}`,
    seesTelephony: true,
    isStream: false,
  },
  sip: {
    check: sipCheck({ host, port: 5060 }),
    shown: '10.34.1.10:5060',
    remembered: 'sip 10.34.1.10:5060/udp',
    seesTelephony: true,
    isStream: false,
  },
  command: {
    check: commandCheck({ command: 'asterisk -rx "core show calls"' }),
    shown: 'asterisk -rx "core show calls"',
    remembered: 'command asterisk -rx "core show calls"',
    seesTelephony: true,
    isStream: false,
  },
}

for (const [type, { check, ...expected }] of Object.entries(types))
  describe(`a check of type ${type}`, () => {
    test('shows what it asks', () => assert.equal(shownTarget(check), expected.shown))
    test('is remembered as proven by what it asks', () =>
      assert.equal(checkTarget(check), expected.remembered))
    test(`${expected.seesTelephony ? 'sees' : 'does not see'} that telephony is dead`, () =>
      assert.equal(seesTelephony(check), expected.seesTelephony))
    test('decides nothing of telephony unless it is required', () =>
      assert.equal(seesTelephony({ ...check, required: false }), false))
    test(`${expected.isStream ? 'goes on by itself' : 'waits for the probe before'}`, () =>
      assert.equal(isStream(check), expected.isStream))
  })

test('the types of the required checks are named in one sentence, each once', () => {
  const checks = [
    types.ping.check,
    types.tcp.check,
    types.ping.check,
    { ...types.sip.check, required: false },
  ]
  assert.equal(requiredTypes(checks), 'ping and tcp')
})
