import { mustAskForRole } from './discovery.ts'
import { firstHold, foreseenHold, isFailbackWanted, isStable } from './failback.ts'
import { isIsolated } from './isolation.ts'
import { answersText, endOf, failoverText, upText, verdictText } from './next-words.ts'
import { decidingChecks } from './proven.ts'
import { isFailing, mayBeWell, notAnswering } from './rise-fall.ts'
import type { Moment } from './role.ts'
import {
  notSecondary,
  passiveLine,
  type ReasonedLine,
  secondaryWhen,
  unconfiguredLine,
  unconfiguredWords,
} from './secondary.ts'
import type { Settings } from './settings.ts'
import { isFailoverNotStarted, type Situation } from './situation.ts'
import type { Phase } from './state.ts'
import { momentText } from './time-text.ts'

/** What a phase is: when it holds, what it is to the relays and the rules, and its sentences for people. */
interface PhaseRow {
  /** Asked from the top: the first phase whose `when` holds is the phase. */
  readonly when: (situation: Situation) => boolean
  /** enforce: every relay is kept at the role's mode · observe: relays are read, none is driven. */
  readonly relays: 'enforce' | 'observe'
  /**
   * Whether automatic failover is on: nobody has paused it, pinned the role, or left out what it needs. It is on in
   * `starting` too, where it waits for the first verdict; whether verdicts decide now is `isDeciding`.
   */
  readonly automatic: boolean
  readonly meaning: string
  /** What would happen next, and what it takes: `next` of `status`. */
  readonly next: (situation: Situation) => string
  /** Why a failback that before_master has agreed to can't go on in this phase; null: it can. */
  readonly endsFailback: (situation: Situation) => string | null
  /** Why an operator's order to drive relays is refused in this phase; absent: it is taken. */
  readonly refusal?: (settings: Settings) => string
  /** The line that is logged when the phase begins; absent: none. */
  readonly entered?: (settings: Settings) => ReasonedLine
  /** The line that is logged when the phase is over, unless there is nothing to watch or to drive then; absent: none. */
  readonly left?: ReasonedLine
}

export const phaseTable: Readonly<Record<Phase, PhaseRow>> = {
  unconfigured: {
    when: ({ settings }) => settings.devices === null,
    relays: 'observe',
    automatic: false,
    meaning: 'no bnfos.conf, or no master is named: nothing is driven',
    next: ({ settings }) => `would start work when ${unconfiguredWords(settings).cure}`,
    endsFailback: ({ settings }) =>
      settings.idleFor === undefined ? 'bnfos.conf is gone' : 'no master is named',
    refusal: settings => `berofos is not configured: ${unconfiguredWords(settings).why}`,
    entered: settings => ({ severity: 'info', text: unconfiguredLine(settings) }),
  },
  passive: {
    when: ({ state }) => !state.secondary,
    relays: 'observe',
    automatic: false,
    meaning: 'this node is not the secondary: nothing is driven',
    next: ({ settings }) => `would start work when ${secondaryWhen(settings)}`,
    endsFailback: () => 'this node is no longer the secondary',
    refusal: settings => `${notSecondary(settings)}: it drives no relay`,
    entered: passiveLine,
    left: { severity: 'info', text: 'passive: over, this node is the secondary' },
  },
  paused: {
    when: ({ state }) => state.pause !== null,
    relays: 'observe',
    automatic: false,
    meaning: 'paused by an operator: nothing is driven',
    next: ({ state, now }) => `would decide again ${endOf(state.pause, now, "at 'berofosd resume'")}`,
    endsFailback: () => 'an operator paused',
  },
  forced: {
    when: ({ state }) => state.override !== null,
    relays: 'enforce',
    automatic: false,
    meaning: 'role pinned by an operator: automatic failover is off',
    next: ({ state, now }) =>
      `would decide again ${endOf(state.override, now, "at 'berofosd --force auto'")}`,
    endsFailback: () => 'an operator pinned the slave',
  },
  starting: {
    when: ({ state }) =>
      state.roleUnknown || mustAskForRole(state) || state.discovery === 'asked' || !state.checksHaveSpoken,
    relays: 'observe',
    automatic: true,
    meaning: 'the role, or the first verdict on the master, is not known yet',
    next: situation => {
      const { state } = situation
      if (state.roleUnknown) return 'takes the role from what most relays read'
      if (state.discovery === 'asked') return 'asks the relays whether they still read the stored role'
      return `would decide after the first verdict: ${verdictText(situation)}`
    },
    endsFailback: () => 'the daemon was restarted meanwhile',
  },
  isolated: {
    when: ({ state }) => isIsolated(state),
    relays: 'observe',
    automatic: true,
    meaning: 'nothing answers: the fault is on this side',
    next: () => 'would start counting from zero as soon as a relay or witness answers',
    endsFailback: masterIs,
  },
  suspect: {
    when: ({ settings: { checks }, state }) =>
      (isFailoverNotStarted(state) && mayBeWell(decidingChecks(checks, state), state.checks)) ||
      (state.role === 'master' && isFailing(checks, state.checks)),
    relays: 'observe',
    automatic: true,
    meaning:
      'a move to the slave is in doubt: the master is down and relays are asked, or it is back before a line has moved',
    next: situation => {
      const { role, isolation } = situation.state
      if (role === 'slave')
        return `would leave the lines at the master ${upText(situation, 0)}: none has moved`
      if (isolation.is === 'none') return failoverText(situation)
      if (isolation.is === 'unsure') return 'would fail over after one more failure'
      return 'would fail over as soon as one relay or witness answers'
    },
    endsFailback: masterIs,
  },
  recovering: {
    when: ({ settings, state, now }) => isFailbackWanted(state) && !isStable(settings, state, now),
    relays: 'enforce',
    automatic: true,
    meaning: 'the master is up again, not yet for long enough',
    next: situation => {
      const { settings, state, now } = situation
      const stableAt = (state.upSince ?? now.mono) + settings.failback.stableForMs
      if (stableAt > now.mono)
        return returnText(situation, `at ${momentText(stableAt, now)}, if the master stays up`)
      const names = notAnswering(settings.checks, state.checks, now).map(({ name }) => name)
      return returnText(situation, `as soon as ${answersText(names)} again`)
    },
    endsFailback: () => 'the master was not up all the while',
  },
  waiting: {
    when: ({ settings, state, now }) =>
      isFailbackWanted(state) && firstHold(settings, state, now.mono) !== undefined,
    relays: 'enforce',
    automatic: true,
    meaning: 'the master is well, the failback is held',
    next: situation => {
      const { settings, state, now } = situation
      return `failback held: ${firstHold(settings, state, now.mono)?.text(situation) ?? 'for a moment'}`
    },
    endsFailback: () => 'it is held again',
  },
  steady: {
    when: () => true,
    relays: 'enforce',
    automatic: true,
    meaning: 'the role is what the verdict wants',
    next: situation =>
      situation.state.role === 'master'
        ? failoverText(situation)
        : returnText(situation, upText(situation, situation.settings.failback.stableForMs)),
    endsFailback: situation => (isFailbackWanted(situation.state) ? null : masterIs(situation)),
  },
}

/** When the lines may return, and what is known to hold them then. */
function returnText(situation: Situation, when: string): string {
  const { settings, state, now } = situation
  const hold = foreseenHold(settings, state, now.mono)
  return hold ? `could return ${when}; then ${hold.text(situation)}` : `would return ${when}`
}

function masterIs({ state }: Situation): string {
  return `the master is ${state.verdict}`
}

const inOrder = Object.entries(phaseTable) as [Phase, PhaseRow][]

/** The phase that the facts give. Asked after the rules, it is where they have come to rest. */
export function phaseOf(situation: Situation): Phase {
  const [phase] = inOrder.find(([, row]) => row.when(situation)) as [Phase, PhaseRow]
  return phase
}

const inactive = inOrder.filter(([, row]) => !row.automatic).map(([, row]) => row)

/** Given where nobody looks at the time: whether a phase applies that is not automatic never depends on it. */
export const unusedMoment: Moment = { mono: 0, wall: 0 }

/** Whether automatic failover is on: none of the phases applies in which it is off. */
export function isAutomatic({ settings, state }: Omit<Situation, 'now'>): boolean {
  return !inactive.some(row => row.when({ settings, state, now: unusedMoment }))
}

/**
 * Whether verdicts decide now. All of it: there is a bnfos.conf and a master is named; this node is the secondary; no
 * pause; no override; the role is known, and the relays neither are nor have to be asked for it; and the required checks
 * have said what they can since the start, or since the end of an isolation (`checksHaveSpoken`). True while isolated,
 * too: there it is the missing answer that keeps the lines where they are.
 */
export function isDeciding(situation: Situation): boolean {
  return isAutomatic(situation) && !phaseTable.starting.when(situation)
}

/** One sentence: what would happen next, and what it takes. For `status`. */
export function nextText(situation: Situation): string {
  return phaseTable[situation.state.phase].next(situation)
}
