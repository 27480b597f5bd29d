import type { Status, StatusRelay } from '../../src/status/status-json.ts'

export const at = '2024-01-15T12:00:00.000Z'
export const relay: StatusRelay = {
  name: 'fos1',
  host: '10.34.1.20',
  port: 80,
  wanted: 1,
  actual: 1,
  confirmed: true,
  wdog: 0,
  at,
  error: null,
  lastSwitch: null,
}
export const check = {
  name: 'ping',
  type: 'ping',
  required: true,
  verdict: 'up',
  streak: 9,
  needed: 5,
  since: at,
} as const
/** Of a node on which all is as it should be. */
export const normal: Status = {
  version: '0.1.0',
  pid: 1,
  now: at,
  node: 'tel2',
  site: 'pair',
  role: 'master',
  since: at,
  phase: 'steady',
  automatic: true,
  possible: true,
  override: null,
  paused: null,
  isolated: false,
  next: 'NEXT',
  findings: [],
  lastMove: null,
  master: {
    host: '10.34.1.10',
    verdict: 'up',
    checks: [{ ...check, last: { ok: true, ms: 0.4, at, detail: 'DETAIL' } }],
  },
  relays: [relay],
}
