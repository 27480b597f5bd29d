import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { metricsText, metricTable } from '../../../src/cli/web/metrics.ts'
import type { Status } from '../../../src/daemon/status.ts'
import { check, normal, relay } from '../normal-status.ts'

/** The lines of one metric, without its name. */
function samples(name: string, status: Partial<Status> = {}): string[] {
  const lines = metricsText({ ...normal, ...status }).split('\n')
  return lines
    .filter(line => line.startsWith(name) && /^[{ ]/.test(line.slice(name.length)))
    .map(line => line.slice(name.length).trim())
}

/** https://prometheus.io/docs/instrumenting/exposition_formats/ */
const line =
  /^(# (HELP \w+ [^\n]+|TYPE \w+ (gauge|counter))|\w+(\{(\w+="([^"\\\n]|\\.)*",?)+\})? -?\d+(\.\d+)?(e[+-]\d+)?)$/

describe('The metrics', () => {
  it('are lines as Prometheus reads them, ended by a line feed', () => {
    const text = metricsText(normal)
    assert.ok(text.endsWith('\n'))
    for (const each of text.slice(0, -1).split('\n')) assert.match(each, line)
  })

  it('each have a help, a type and, on a node with a relay, a value', () => {
    const text = metricsText(normal)
    for (const name of Object.keys(metricTable)) {
      assert.match(text, new RegExp(`^# HELP ${name} .+\n# TYPE ${name} \\w+$`, 'm'))
      if (name !== 'berofosd_relay_switched_timestamp_seconds') assert.notDeepEqual(samples(name), [], name)
    }
  })

  it('tell whether all is normal, by the rule of `berofosd status`', () => {
    assert.deepEqual(samples('berofosd_normal'), ['1'])
    assert.deepEqual(samples('berofosd_normal', { role: 'slave' }), ['0'])
  })

  it('mark the present role, phase and verdict, and name the others', () => {
    assert.deepEqual(samples('berofosd_role', { role: 'slave' }), ['{role="master"} 0', '{role="slave"} 1'])
    assert.deepEqual(
      samples('berofosd_phase').filter(each => each.endsWith('1')),
      ['{phase="steady"} 1'],
    )
    assert.deepEqual(samples('berofosd_check_verdict'), [
      '{check="ping",type="ping",required="yes",verdict="up"} 1',
      '{check="ping",type="ping",required="yes",verdict="down"} 0',
      '{check="ping",type="ping",required="yes",verdict="unknown"} 0',
    ])
  })

  it('are in seconds', () => {
    assert.deepEqual(samples('berofosd_role_changed_timestamp_seconds'), ['1705320000'])
    assert.deepEqual(samples('berofosd_check_duration_seconds'), [
      '{check="ping",type="ping",required="yes"} 0.0004',
    ])
  })

  it('have no line for what is not known', () => {
    const relays = [{ ...relay, actual: null, wdog: null, at: null }]
    const checks = [{ ...check, last: null }]
    const status = { relays, master: { ...normal.master, checks } }
    for (const name of [
      'relay_actual_mode',
      'relay_watchdog',
      'relay_read_timestamp_seconds',
      'check_answered',
    ])
      assert.deepEqual(samples(`berofosd_${name}`, status), [])
  })

  it('tell a mode of 0 from none', () =>
    assert.deepEqual(samples('berofosd_relay_actual_mode', { relays: [{ ...relay, actual: 0 }] }), [
      '{relay="fos1"} 0',
    ]))

  it('keep a name with quotes and line feeds on its line', () => {
    const relays = [{ ...relay, name: 'a"b\\c\nd' }]
    assert.deepEqual(samples('berofosd_relay_confirmed', { relays }), ['{relay="a\\"b\\\\c\\nd"} 1'])
  })
})
