import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { pluginOf } from '../../src/status/plugin.ts'
import type { StatusFinding } from '../../src/status/status-json.ts'
import { at, check, normal, relay } from '../cli/normal-status.ts'

const last = { ok: true, ms: 3.25, at, detail: '3 ms' }
const status = { ...normal, relays: [relay], master: { ...normal.master, checks: [{ ...check, last }] } }
const found = (severity: StatusFinding['severity'], text: string) => ({
  code: 'at-slave',
  severity,
  since: at,
  text,
})

describe('A line for Nagios and Icinga', () => {
  test('is OK and has performance data when all is normal', () => {
    assert.deepEqual(pluginOf(status), {
      code: 0,
      line:
        'BEROFOS OK: lines at the master, steady, 1 of 1 relays confirmed, automatic failover on | ' +
        "'relays_confirmed'=1;;1:;0;1 'at_master'=1;;;0;1 'errors'=0;;0;0 'warnings'=0;0;;0 'check_ping'=0.0032s;;;0",
    })
  })

  test('says of a server in front of a PBX whether it has the lines, too', () => {
    const of = (role: 'server' | 'pbx') => pluginOf({ ...status, site: 'bypass', role }).line
    assert.match(of('server'), /'at_master'=1;/)
    assert.match(of('pbx'), /'at_master'=0;/)
  })

  const rows = [
    ['notice', 0, 'OK'],
    ['warning', 1, 'WARNING'],
    ['error', 2, 'CRITICAL'],
  ] as const
  for (const [severity, code, word] of rows)
    test(`is ${word} when the worst finding is of severity ${severity}`, () => {
      const result = pluginOf({ ...status, findings: [found(severity, 'TEXT')] })
      assert.equal(result.code, code)
      assert.match(
        result.line,
        new RegExp(`^BEROFOS ${word}: ${severity === 'notice' ? 'lines' : 'TEXT; lines'}`),
      )
    })

  test('names the first finding and counts the others, in one line without another bar', () => {
    const { line } = pluginOf({ ...status, findings: [found('error', 'a | b\nc'), found('warning', 'd')] })
    assert.match(line, /^BEROFOS CRITICAL: a \/ b c \(and 1 more\); lines at the master[^|\n]* \| [^|\n]*$/)
  })

  test('tells no time of a probe that was given up', () => {
    const checks = [{ ...check, last: { ...last, ok: false } }]
    assert.doesNotMatch(pluginOf({ ...status, master: { ...normal.master, checks } }).line, /check_ping/)
  })
})
