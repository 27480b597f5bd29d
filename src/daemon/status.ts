import { isPossible } from '../core/findings/checks.ts'
import type { Finding } from '../core/findings/codes.ts'
import type { Facts, RelayFacts } from '../core/findings/facts.ts'
import { isInSyncWith } from '../core/findings/relays.ts'
import { nextText, phaseTable } from '../core/phases.ts'
import { checkState, decidingStreak } from '../core/rise-fall.ts'
import { type Moment, modeFor } from '../core/role.ts'
import type { CheckSettings, Settings } from '../core/settings.ts'
import { saidByOthers, siteText, siteWords } from '../core/site-words.ts'
import { type MoveEvent, moveEvents, type Pause, type State } from '../core/state.ts'
import { headline } from '../status/headline.ts'
import type { Status, StatusCheck, StatusMove, StatusPause, StatusRelay } from '../status/status-json.ts'
import { type HistoryEntry, isDecided } from './history.ts'

interface StatusSources {
  readonly version: string
  /** This node's own name. */
  readonly node: string
  readonly facts: Facts
  /** In the words of the site. */
  readonly findings: readonly Finding[]
  readonly lastSwitch: (relay: string) => number | null
  readonly lastMove: HistoryEntry | null
}

export function statusOf(sources: StatusSources): Status {
  const { version, node, facts, findings } = sources
  const { settings, state, relays, now } = facts
  const { kind } = settings.site
  const words = siteWords(kind)
  const plain = (text: string) => siteText(kind, text, () => saidByOthers({ settings, state }))
  return {
    version,
    pid: process.pid,
    now: iso(now.wall),
    node,
    site: kind,
    role: words.role[state.role],
    since: iso(state.roleSinceWall),
    phase: state.phase,
    automatic: phaseTable[state.phase].automatic,
    possible: isPossible(facts),
    override: state.override && { ...pauseOf(state.override, now), role: words.role[state.override.role] },
    paused: state.pause && pauseOf(state.pause, now),
    isolated: state.phase === 'isolated',
    next: plain(nextText(facts)),
    findings,
    lastMove: moveOf(sources.lastMove),
    master: {
      host: settings.master.host,
      verdict: state.verdict,
      checks: settings.checks.map(check => checkOf(check, state)),
    },
    relays: relays.map(relay => relayOf(relay, sources)),
  }
}

/** The headline from what is at hand: said at each decision, so it may not cost a whole status. */
export function headlineOf(
  { role, phase }: State,
  kind: Settings['site']['kind'],
  relays: readonly Pick<RelayFacts, 'settings' | 'state'>[],
): string {
  return headline({
    role: siteWords(kind).role[role],
    phase,
    automatic: phaseTable[phase].automatic,
    relays: relays.map(({ settings, state }) => ({
      name: settings.name,
      wanted: modeFor(role, settings.invert),
      actual: state.actualWall === null ? null : state.actual,
      confirmed: isInSyncWith({ settings, state }, role),
      fails: state.error !== null,
    })),
  })
}

/** Whether an entry of the history tells that lines were to move. */
export function isMove(entry: HistoryEntry): boolean {
  return moveEvents.some(event => event === entry.what)
}

function moveOf(entry: HistoryEntry | null): StatusMove | null {
  if (entry === null || !isDecided(entry)) return null
  const { at, what, reason, by = null } = entry
  return { at: iso(at), what: what as MoveEvent, reason, by }
}

function checkOf(check: CheckSettings, { checks }: State): StatusCheck {
  const state = checkState(checks, check.name)
  const { verdict, last } = state
  const { count, needed } = decidingStreak(state, check)
  return {
    name: check.name,
    type: check.type,
    required: check.required,
    verdict,
    streak: count,
    needed,
    since: state.since && iso(state.since.wall),
    last: last && {
      ok: last.result.outcome === 'answered',
      ms: Math.round(last.result.ms * 10) / 10,
      at: iso(last.wall),
      detail: last.result.detail,
    },
  }
}

function relayOf({ settings, state: relay }: RelayFacts, { facts, lastSwitch }: StatusSources): StatusRelay {
  const { role } = facts.state
  const switchedAt = lastSwitch(settings.name)
  const wanted = modeFor(role, settings.invert)
  const actual = relay.actualWall === null ? null : relay.actual
  return {
    name: settings.name,
    host: settings.host,
    port: settings.port,
    wanted,
    actual,
    confirmed: isInSyncWith({ settings, state: relay }, role),
    wdog: relay.wdog,
    at: relay.actualWall === null ? null : iso(relay.actualWall),
    error: relay.error?.text ?? null,
    lastSwitch: switchedAt === null ? null : iso(switchedAt),
  }
}

function pauseOf({ until, reason, atWall }: Pause, now: Moment): StatusPause {
  return { since: iso(atWall), until: until === null ? null : iso(now.wall + until - now.mono), reason }
}

function iso(wall: number): string {
  return new Date(wall).toISOString()
}
