import type { Role } from '../../src/core/role.ts'
import { initialState } from '../../src/core/state.ts'
import { type StoredState, toStored } from '../../src/core/stored-state.ts'
import { judge } from './invariants.ts'
import type { Happening } from './record.ts'
import type { Facts } from './scene.ts'

/** Records that nobody recorded: what went well, and changes to it that must be found. */

/** The daemon's start; all times of a test are milliseconds from here. */
const originMs = 1_000_000
const pid = 77

/** Three failures of web at 100 ms, four of sip at 150 ms; fos2 has the master on D. */
const facts: Facts = {
  checks: {
    web: { type: 'http', intervalMs: 100, timeoutMs: 500, fall: 3, rise: 2 },
    sip: { type: 'sip', intervalMs: 150, timeoutMs: 500, fall: 4, rise: 3 },
  },
  stableForMs: 800,
  inverted: ['fos2'],
}

/** Names of the invariants that find something without an excuse, each once; and of the excuses that were needed. */
export function judged(happenings: readonly Happening[]): { violated: string[]; excused: string[] } {
  const sorted = [...happenings].map(h => ({ ...h, ...shifted(h) }) as Happening).sort((a, b) => a.at - b.at)
  const found = judge({ happenings: sorted, since: originMs, now: originMs + 100_000, facts }, true)
  const names = (list: (string | null)[]) => [...new Set(list.filter(name => name !== null))].sort()
  return {
    violated: names(found.filter(f => f.excuse === null).map(f => f.invariant.name)),
    excused: names(found.map(f => f.excuse)),
  }
}

/** The daemon starts with this stored, and the master answers every probe until `untilMs`. */
export function start(role: Role | null, untilMs = 0, changes: Partial<StoredState> = {}): Happening[] {
  return [
    { kind: 'started', at: 0, pid, stored: role && stored(role, changes) },
    { kind: 'ready', at: 300, pid },
    { kind: 'condition', at: 0, service: 'http', condition: 'alive' },
    { kind: 'condition', at: 0, service: 'sip', condition: 'alive' },
    ...probes('http', 310, untilMs, 100, true),
    ...probes('sip', 310, untilMs, 150, true),
  ]
}

export function stored(role: Role, changes: Partial<StoredState> = {}): StoredState {
  return { ...toStored({ ...initialState, role, roleUnknown: false }, { mono: 0, wall: 0 }), ...changes }
}

export function probes(
  service: 'http' | 'sip',
  from: number,
  to: number,
  everyMs: number,
  answered: boolean,
): Happening[] {
  const count = Math.max(0, Math.ceil((to - from) / everyMs))
  return Array.from({ length: count }, (_, i) => ({
    kind: 'probe',
    at: from + i * everyMs,
    service,
    answered,
  }))
}

export function line(at: number, text: string, by = pid): Happening {
  return { kind: 'line', at, pid: by, severity: 'notice', text, second: at - 500 }
}

/** A write that a sound relay carries out, the reading back, and the line that tells it. */
export function switching(at: number, relay: string, mode: 0 | 1, by = pid): Happening[] {
  return [
    ...write(at, relay, mode),
    { kind: 'change', at: at + 3, relay, mode, by: 'http' },
    read(at + 10, relay),
    line(at + 20, `switched ${relay} to mode=${mode} (A--${mode === 1 ? 'B' : 'D'}) in 20 ms`, by),
  ]
}

export function write(at: number, relay: string, mode: 0 | 1): Happening[] {
  return [{ kind: 'request', at, relay, what: `mode=${mode}`, status: 200, fault: 'none' }]
}

export function read(at: number, relay: string): Happening {
  return { kind: 'request', at, relay, what: 'read', status: 200, fault: 'none' }
}

export function failover(at: number): Happening {
  return line(
    at,
    'failover: lines to the slave: check web is down: 3 failures in a row, last: refused (fos1 answers)',
  )
}

export function failback(at: number): Happening {
  return line(at, 'failback: lines to the master: check web: 12 answers in a row')
}

export function order(
  at: number,
  what: 'pause' | 'resume' | 'force',
  role: Role | 'auto' | null = null,
  forMs: number | null = null,
): Happening {
  return { kind: 'order', at, order: what, role, forMs, answeredAt: at + 5, ok: true }
}

/** kill -9, and the next start. */
export function killed(at: number, left: StoredState | null): Happening[] {
  return [
    { kind: 'ended', at, pid, how: 'SIGKILL', asked: true },
    { kind: 'started', at: at + 100, pid: pid + 1, stored: left },
    { kind: 'ready', at: at + 400, pid: pid + 1 },
  ]
}

function shifted(h: Happening): object {
  const answeredAt = 'answeredAt' in h && h.answeredAt !== null ? { answeredAt: h.answeredAt + originMs } : {}
  return { at: h.at + originMs, ...('second' in h ? { second: h.second + originMs } : {}), ...answeredAt }
}
