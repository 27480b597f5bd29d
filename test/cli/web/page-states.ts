import type { PageData } from '../../../src/daemon/assembly.ts'
import { noCounts } from '../../../src/status/counts.ts'
import { type RecentProbes, recentSlots, slotMs, withResult } from '../../../src/status/recent.ts'
import type { Status, StatusCheck, StatusFinding, StatusRelay } from '../../../src/status/status-json.ts'
import { check, normal, relay } from '../normal-status.ts'

const nowMono = 10 * recentSlots * slotMs
const answered = { ok: true, ms: 1.4, at: normal.now, detail: 'SIP/2.0 200 OK' }
const failed = { ok: false, ms: 1000, at: normal.now, detail: 'no answer in 1 s' }
const finding = (code: string, severity: StatusFinding['severity'], text: string): StatusFinding => ({
  code,
  severity,
  since: normal.now,
  text,
})

const checks = (part: Partial<StatusCheck>): readonly StatusCheck[] =>
  ['sip', 'web', 'tcp'].map(name => ({ ...check, name, last: answered, ...part }))

function relaysOf(count: number, part: Partial<StatusRelay> = {}): StatusRelay[] {
  return Array.from({ length: count }, (_, i) => ({
    ...relay,
    ...{ name: `fos${i + 1}`, host: `10.34.1.${20 + i}`, lastSwitch: normal.since },
    ...part,
  }))
}

const down = { verdict: 'down', streak: 9, needed: 3, last: failed } as const
const atSlave = {
  role: 'slave',
  master: { ...normal.master, verdict: 'down', checks: checks(down) },
} as const

/** Each of the states that people look at, with so many relays. */
export function pageStates(count: number): Readonly<Record<string, Status>> {
  const relays = relaysOf(count)
  const well = { ...normal, relays, master: { ...normal.master, checks: checks({}) } }
  const slaved = relaysOf(count, { wanted: 0, actual: 0 })
  const error = '10.34.1.22 port 80 did not answer within 3 s'
  const hanging = slaved.map((each, i) =>
    i === 2 ? { ...each, actual: 1 as const, confirmed: false, error } : each,
  )
  const refusing = relaysOf(count, { confirmed: false, error: 'refuses the connection' })
  const pause = { since: normal.now, until: null, reason: 'a new cable' }
  return {
    steady: well,
    suspect: {
      ...well,
      phase: 'suspect',
      master: { ...normal.master, verdict: 'down', checks: checks(down) },
      findings: checks({}).map(({ name }) =>
        finding(
          'check-failing',
          'warning',
          `check ${name} is down, it fails since 01:18:04: no answer in 1 s`,
        ),
      ),
    },
    isolated: {
      ...well,
      ...{ phase: 'isolated', isolated: true, possible: false, relays: refusing },
      findings: [
        finding('isolated', 'error', 'isolated: no relay and no witness answers, nothing is switched'),
        ...refusing.map(({ name, host }) =>
          finding(
            'relay-unconfirmed',
            'error',
            `${name} refuses the connection since 01:18:04 (${host} port 80), it answered until then: look at its power, its network cable and the switch`,
          ),
        ),
      ],
    },
    'at the slave, one relay hangs': {
      ...{ ...well, ...atSlave, relays: hanging },
      findings: [
        finding(
          'relay-unconfirmed',
          'error',
          `fos3 does not answer since 01:18:04 (10.34.1.22 port 80): ${error}`,
        ),
        finding(
          'at-slave',
          'warning',
          'the lines are at the slave: would return 1m after sip and web both answer',
        ),
      ],
      lastMove: { at: normal.since, what: 'failover', reason: 'check sip is down: 9 failures', by: null },
    },
    paused: {
      ...well,
      ...{ phase: 'paused', automatic: false, paused: pause },
      findings: [finding('paused', 'warning', "paused (a new cable): 'berofosd resume' ends it")],
    },
    forced: {
      ...{ ...well, ...atSlave, relays: slaved, phase: 'forced', automatic: false },
      override: { ...pause, role: 'slave' },
      findings: [
        finding('override', 'warning', 'automatic failover is OFF, the lines are pinned to the slave'),
      ],
    },
  }
}

/** What a page of this status is made of: with an outage of a minute in the last quarter of an hour, and a history. */
export function toldOf(status: Status): PageData {
  const wall = Date.parse(status.now)
  return {
    ...{ status, counts: noCounts, recent: recentOf(status), now: { mono: nowMono, wall } },
    history: [
      {
        at: wall - 7 * 3_600_000,
        what: 'failover',
        from: 'master',
        to: 'slave',
        reason: 'check sip is down',
      },
      { at: wall - 3 * 3_600_000, what: 'failback', from: 'slave', to: 'master', reason: 'up for 60s' },
    ],
  }
}

function recentOf({ master }: Status): RecentProbes {
  let recent: RecentProbes = {}
  for (const { name } of master.checks)
    for (let at = nowMono - recentSlots * slotMs; at < nowMono; at += slotMs) {
      const outage = at > nowMono - 40 * slotMs && at < nowMono - 34 * slotMs
      const ms = 1 + ((at / slotMs) % 7) ** 2
      recent = withResult(recent, name, { outcome: outage ? 'failed' : 'answered', ms, detail: '' }, at)
    }
  return recent
}
