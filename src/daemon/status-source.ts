import { hostname } from 'node:os'
import type { Facts } from '../core/findings/facts.ts'
import { publicFacts, withoutUrls } from '../status/public.ts'
import type { Status } from '../status/status-json.ts'
import type { Clock } from '../system/clock.ts'
import type { ConfiguredParts } from './configured-parts.ts'
import type { EventLoop } from './event-loop.ts'
import { type HistoryEntry, publicEntry } from './history.ts'
import { FindingList, type NodeReports, watchStandstills } from './node-findings.ts'
import type { StateStore } from './state-store.ts'
import { isMove, statusOf } from './status.ts'

interface StatusParts {
  readonly version: string
  readonly clock: Clock
  readonly loop: EventLoop
  readonly parts: ConfiguredParts
  readonly store: StateStore
  readonly reports: NodeReports
}

/** Makes the status of now from the daemon's parts, and keeps the findings meanwhile. */
export function statusSource({ version, clock, loop, parts, store, reports }: StatusParts): {
  readonly findings: FindingList
  readonly status: () => Status
  /** What every local user may know of it. */
  readonly publicStatus: () => Status
} {
  watchStandstills(loop, clock, reports)
  const facts = (): Facts => ({
    settings: loop.settings,
    state: loop.state,
    relays: parts.bank.list(),
    node:
      loop.problem === null ? reports.facts : { ...reports.facts, 'decision-failed': { '': loop.problem } },
    now: { mono: clock.mono(), wall: clock.wall() },
    windowOpensWall: loop.windowOpensWall,
  })
  const findings = new FindingList(facts)
  const statusFrom = (seen: Facts, lastMove: HistoryEntry | null) =>
    statusOf({
      version,
      node: hostname(),
      facts: seen,
      findings: findings.look(seen),
      lastSwitch: relay => store.lastSwitch(relay),
      lastMove,
    })
  const lastMove = () => store.latest(isMove)
  return {
    findings,
    status: () => statusFrom(facts(), lastMove()),
    publicStatus: () => {
      const last = lastMove()
      return withoutUrls(statusFrom(publicFacts(facts()), last && publicEntry(last)))
    },
  }
}
