import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { metricsText, metricTable } from '../../../src/cli/web/metrics.ts'
import {
  noCounts,
  withAlert,
  withDrift,
  withHookFailure,
  withMove,
  withProbe,
} from '../../../src/status/counts.ts'
import type { Status } from '../../../src/status/status-json.ts'
import { at, check, normal, relay } from '../normal-status.ts'

const atSlave = { code: 'at-slave', severity: 'warning', since: at, text: 'TEXT' } as const
const later = '2024-01-15T12:00:00.500Z'
/** What has no value on a node that was just started, or has other names for its samples. */
const without = [
  'berofosd_relay_switched_timestamp_seconds',
  'berofosd_probe_duration_seconds',
  'berofosd_alerts_total',
]

/** The lines of one metric, without its name. */
function samples(name: string, status: Partial<Status> = {}): string[] {
  const lines = metricsText({ ...normal, ...status }).split('\n')
  return lines
    .filter(line => line.startsWith(name) && /^[{ ]/.test(line.slice(name.length)))
    .map(line => line.slice(name.length).trim())
}

/** https://prometheus.io/docs/instrumenting/exposition_formats/ */
const line =
  /^(# (HELP \w+ [^\n]+|TYPE \w+ (gauge|counter|histogram))|\w+(\{(\w+="([^"\\\n]|\\.)*",?)+\})? -?\d+(\.\d+)?(e[+-]\d+)?)$/

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
      if (!without.includes(name)) assert.notDeepEqual(samples(name), [], name)
    }
  })

  it('tell whether all is normal, by the rule of `berofosd status`', () => {
    assert.deepEqual(samples('berofosd_normal'), ['1'])
    assert.deepEqual(samples('berofosd_normal', { findings: [atSlave] }), ['0'])
  })

  it('count the findings of each code', () => {
    const counts = samples('berofosd_findings', { findings: [atSlave] })
    assert.deepEqual(
      counts.filter(each => !each.endsWith(' 0')),
      ['{code="at-slave",severity="warning"} 1'],
    )
    assert.ok(counts.includes('{code="isolated",severity="error"} 0'))
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

  it('tell what is wrong, each in its own line', () => {
    const down = {
      ...check,
      verdict: 'down',
      streak: 3,
      needed: 7,
      last: { ok: false, ms: 1500, at, detail: 'D' },
    } as const
    const moved = { ...relay, wanted: 0, confirmed: false, wdog: 1, error: 'CAUSE' } as const
    const status: Status = {
      ...{ ...normal, role: 'slave', phase: 'paused', automatic: false, since: later },
      ...{ findings: [atSlave], possible: false },
      master: { host: 'HOST', verdict: 'down', checks: [{ ...down, required: false }] },
      relays: [{ ...moved, at: later, lastSwitch: at }],
    }
    const lines = metricsText(status).split('\n')
    const told = lines.filter(
      each => /^berofosd/.test(each) && !/(phase|verdict|code)=.* 0$|_total|_probe_/.test(each),
    )
    assert.deepEqual(told, [
      'berofosd_build_info{version="0.1.0"} 1',
      'berofosd_normal 0',
      'berofosd_findings{code="at-slave",severity="warning"} 1',
      'berofosd_failover_possible 0',
      'berofosd_automatic_failover 0',
      'berofosd_role{role="master"} 0',
      'berofosd_role{role="slave"} 1',
      'berofosd_role_changed_timestamp_seconds 1705320000.5',
      'berofosd_phase{phase="paused"} 1',
      'berofosd_master_verdict{verdict="down"} 1',
      'berofosd_check_verdict{check="ping",type="ping",required="no",verdict="down"} 1',
      'berofosd_check_answered{check="ping",type="ping",required="no"} 0',
      'berofosd_check_duration_seconds{check="ping",type="ping",required="no"} 1.5',
      'berofosd_check_streak{check="ping",type="ping",required="no"} 3',
      'berofosd_check_streak_needed{check="ping",type="ping",required="no"} 7',
      'berofosd_relay_confirmed{relay="fos1"} 0',
      'berofosd_relay_wanted_mode{relay="fos1"} 0',
      'berofosd_relay_actual_mode{relay="fos1"} 1',
      'berofosd_relay_watchdog{relay="fos1"} 1',
      'berofosd_relay_error{relay="fos1"} 1',
      'berofosd_relay_read_timestamp_seconds{relay="fos1"} 1705320000.5',
      'berofosd_relay_switched_timestamp_seconds{relay="fos1"} 1705320000',
    ])
  })

  it('tell what was counted since the start', () => {
    const probes = [0.4, 30, 9000].reduce(
      (counts, ms) => withProbe(counts, 'ping', { outcome: 'answered', ms, detail: '' }),
      withProbe(noCounts, 'ping', { outcome: 'failed', ms: 1000, detail: '' }),
    )
    const counts = withAlert(
      withHookFailure(withDrift(withMove(probes, 'failover'), 'fos1'), 'after_slave'),
      'mail',
      'failed',
    )
    const told = (name: string) =>
      metricsText(normal, counts)
        .split('\n')
        .filter(each => each.startsWith(name))
    assert.ok(told('berofosd_moves_total').includes('berofosd_moves_total{what="failover"} 1'))
    assert.deepEqual(told('berofosd_drifts_total'), ['berofosd_drifts_total{relay="fos1"} 1'])
    assert.ok(
      told('berofosd_hook_failures_total').includes('berofosd_hook_failures_total{hook="after_slave"} 1'),
    )
    assert.ok(told('berofosd_alerts_total').includes('berofosd_alerts_total{way="mail",outcome="failed"} 1'))
    const ping = 'check="ping",type="ping",required="yes"'
    assert.deepEqual(told('berofosd_probes_total'), [
      `berofosd_probes_total{${ping},outcome="answered"} 3`,
      `berofosd_probes_total{${ping},outcome="failed"} 1`,
      `berofosd_probes_total{${ping},outcome="inconclusive"} 0`,
    ])
    const buckets = told('berofosd_probe_duration_seconds').map(each => each.replace(`${ping}`, '').slice(31))
    assert.deepEqual(
      [buckets[0], buckets[6], buckets[12], buckets[13], buckets.at(-1)],
      [
        '_bucket{,le="0.0005"} 1',
        '_bucket{,le="0.05"} 2',
        '_bucket{,le="5"} 2',
        '_bucket{,le="+Inf"} 3',
        '_count{} 3',
      ],
    )
    assert.match(buckets.at(-2) ?? '', /^_sum\{\} 9\.0304/)
  })

  it('tell no error of a relay that has none', () =>
    assert.deepEqual(samples('berofosd_relay_error'), ['{relay="fos1"} 0']))

  it('tell the process in bytes and seconds', () => {
    const value = (name: string) => Number(samples(name)[0])
    assert.ok(Math.abs(value('process_start_time_seconds') - Date.now() / 1000) < 3600)
    assert.ok(value('process_resident_memory_bytes') > 1e7)
    const { user, system } = process.cpuUsage()
    assert.ok(value('process_cpu_seconds_total') >= (user + system) / 1e6)
    assert.ok(value('process_cpu_seconds_total') < (user + system) / 1e6 + 10)
    assert.match(metricsText(normal), /^# TYPE process_cpu_seconds_total counter$/m)
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
