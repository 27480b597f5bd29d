import { isDiscoveryOpen } from './discovery.ts'
import { type Draft, set } from './draft.ts'
import { isFailbackWanted, isHeldBeforeCommands, isStable } from './failback.ts'
import { isIsolated } from './isolation.ts'
import { isAutomatic } from './phases.ts'
import { isMasterless } from './secondary.ts'
import type { Settings } from './settings.ts'
import { isMasterLost, type Situation } from './situation.ts'
import type { State } from './state.ts'

/** What is known only for a while: while its question is open, or until a moment. */
interface Expiry {
  readonly fact: keyof State
  /** In words: while what it counts, and what follows. */
  readonly counts: string
  /** While its question is open; absent: always. Asked after each event, before the rules. */
  readonly while?: (situation: Situation) => boolean
  /** What is known once the question is not open any more. */
  readonly after?: (situation: Situation) => Partial<State>
  /** Moments (mono) at which time alone changes something about it; null: there is none. */
  readonly until?: (settings: Settings, state: State) => readonly (number | null)[]
}

/** An answer is forgotten when its question no longer applies: after a pause, for the next outage. */
export const expiries: readonly Expiry[] = [
  {
    fact: 'pause',
    counts: 'until its time is over (rule end-pause)',
    until: (_, { pause }) => [pause?.until ?? null],
  },
  {
    fact: 'override',
    counts: 'until its time is over (rule end-override)',
    until: (_, { override }) => [override?.until ?? null],
  },
  {
    fact: 'windowUntil',
    counts: 'until the failback window closes (rule close-window)',
    until: (_, { windowUntil }) => [windowUntil],
  },
  {
    fact: 'upSince',
    counts: 'never dropped; wakes the daemon when stable_for is over',
    until: ({ failback }, { upSince }) => [upSince === null ? null : upSince + failback.stableForMs],
  },
  {
    fact: 'discovery',
    counts: 'while no order, move or verdict decides without it',
    while: ({ state }) => isDiscoveryOpen(state),
    after: () => ({ discovery: 'none' }),
  },
  {
    fact: 'checksHaveSpoken',
    counts: 'while a master is named; forgotten when none is, since the next may be another',
    while: ({ settings }) => !isMasterless(settings),
    after: () => ({ checksHaveSpoken: false }),
  },
  {
    fact: 'isolation',
    counts: 'while the master is down and still failing; this node stays isolated until somebody answers',
    while: situation => isAutomatic(situation) && isIsolationOpen(situation),
    after: () => ({ isolation: { is: 'none' } }),
    until: (_, { isolation }) => [isolation.is === 'silent' ? isolation.againAt : null],
  },
  {
    fact: 'noFailbackUntil',
    counts: 'while a failback is wanted, and until the pause is over',
    while: situation => isAutomatic(situation) && isFailbackWanted(situation.state),
    after: () => ({ noFailbackUntil: null }),
    until: (_, { noFailbackUntil }) => [noFailbackUntil],
  },
  {
    fact: 'readiness',
    counts: 'an answer, while the lines want to go back and nothing else holds them',
    while: situation => isAutomatic(situation) && isReadinessOpen(situation),
    after: () => ({ readiness: { is: 'unasked' } }),
    until: ({ failback }, { readiness }) => [
      readiness.is === 'no' ? readiness.againAt : null,
      failback.readyDeadlineMs > 0 && (readiness.is === 'asking' || readiness.is === 'no')
        ? readiness.since + failback.readyDeadlineMs
        : null,
    ],
  },
  {
    fact: 'readiness',
    counts: 'a yes, while the master is stable; the time that was waited still counts',
    while: ({ settings, state, now }) => state.readiness.is !== 'yes' || isStable(settings, state, now),
    after: askReadyAgain,
  },
  {
    fact: 'approved',
    counts: 'while the lines want to go back',
    while: ({ state }) => isFailbackWanted(state),
    after: () => ({ approved: false }),
  },
]

/** Drops what was answered to a question that is not open any more. */
export function dropStaleAnswers(draft: Draft): void {
  for (const { while: isOpen, after } of expiries)
    if (isOpen && after && !isOpen(draft)) set(draft, after(draft))
}

/**
 * The next moment (mono) at which time alone changes something; null: never. A moment that is past already is left
 * out: what it brought about has been decided.
 */
export function wakeAt(settings: Settings, state: State, after = Number.NEGATIVE_INFINITY): number | null {
  const due = expiries
    .flatMap(({ until }) => until?.(settings, state) ?? [])
    .filter((at): at is number => at !== null && at > after)
  return due.length > 0 ? Math.min(...due) : null
}

function isIsolationOpen(situation: Situation): boolean {
  const { state } = situation
  return isIsolated(state) || state.isolation.is === 'over' || isMasterLost(situation)
}

function isReadinessOpen({ settings, state, now }: Situation): boolean {
  return isFailbackWanted(state) && !isHeldBeforeCommands(settings, state, now.mono)
}

function askReadyAgain({ state: { readiness }, now: { mono } }: Situation): Partial<State> {
  const since = readiness.is === 'yes' ? readiness.since : mono
  return { readiness: { is: 'no', since, againAt: mono, detail: '' } }
}
