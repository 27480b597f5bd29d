import { phaseOf } from '../../src/core/phases.ts'
import { rules } from '../../src/core/rules.ts'
import { initialState, mostFailovers, type State } from '../../src/core/state.ts'
import { arrowsOf } from '../../src/core/state-diagram.ts'
import { failbackInvariants } from './invariants-of-failback.ts'
import { isBack, isDown, isFailing, isUp } from './observed-checks.ts'
import { mayDecide, saidIn } from './observer.ts'
import { type Invariant, type Step, says } from './step.ts'

/** What no sequence of events may break. */
export const invariants: readonly Invariant[] = [
  {
    name: 'still while told so',
    sentence:
      'Nothing is driven while there is no bnfos.conf, this node is not the secondary, or it is paused.',
    holds: ({ settings, knows }) =>
      knows.driving === null || (settings.devices !== null && knows.secondary && knows.pause === null),
  },
  {
    name: 'still while cut off',
    sentence: 'Nothing is driven while nothing answers, or while that is being found out.',
    holds: ({ knows }) => knows.driving === null || !(knows.cutOff || knows.surveying),
  },
  {
    name: 'still before the hook',
    sentence:
      'No relay is told of a move before its first hook has ended; one that is called off moves none.',
    holds: ({ after, knows }) => !waitsForHook(after) || knows.driving === null,
  },
  {
    name: 'driven where the role is',
    sentence: 'What the relays are told is the role, and in a phase that drives them they are told it.',
    holds: ({ after, knows }) =>
      knows.driving === null
        ? !drivingPhases.includes(after.phase) || waitsForHook(after)
        : knows.driving === after.role,
  },
  {
    name: 'each move is told',
    sentence: 'The relays know of the move under way, so that its end is reported.',
    holds: ({ after, knows }) =>
      knows.driving === null || after.move?.stage !== 'driving' || knows.drivingMove === after.move.id,
  },
  {
    name: 'failover on failures',
    sentence: 'No failover without `fall` failures in a row of a required check since its last answer.',
    holds: step => !says(step, 'failover: ') || isFailing(step.heard, step.settings),
  },
  {
    name: 'failover on an answer',
    sentence:
      'No failover without a relay or witness that answered an isolation check, or was asked ahead of it.',
    holds: step => {
      const { event, before } = step
      const answered = event.kind === 'isolationChecked' && event.answering !== null
      return !says(step, 'failover: ') || (answered && before.phase === 'suspect')
    },
  },
  {
    name: 'failover when it is due',
    sentence: 'A master that is down, and a relay or witness that answers: the lines are failed over.',
    holds: ({ settings, before, event, after, knows }) => {
      const { isolation } = before
      const asked =
        event.kind === 'isolationChecked' && isolation.is === 'asked' && isolation.question === event.question
      const due = asked && event.answering !== null
      return !due || !mayDecide(knows, settings) || after.role === 'slave'
    },
  },
  {
    name: 'failover on a failure from now on',
    sentence: 'After a pause, an override and their like no failover without a failure since their end.',
    holds: step => !says(step, 'failover: ') || isFailing(step.heard, step.settings, step.heard.heldAt),
  },
  {
    name: 'called off before it began',
    sentence: 'A move is called off only before a relay was told of it, and only for a master that is up.',
    holds: step => !says(step, 'called off: ') || (!step.heard.begun && isBack(step.heard, step.settings)),
  },
  {
    name: 'no line moves to the slave for nothing',
    sentence: 'The first relay is told to move to the slave only while the master is not answering again.',
    holds: ({ settings, after, knows }) => {
      const automatic = mayDecide(knows, settings) && after.move?.event === 'failover'
      return !automatic || knows.begun || knows.driving !== 'slave' || !isUp(knows, settings)
    },
  },
  {
    name: 'no verdict without checks',
    sentence:
      'The master is down, up or neither as the results of its required checks say, and nothing else.',
    holds: ({ settings, after, knows }) =>
      (after.verdict === 'down') === isDown(knows, settings) &&
      (after.verdict === 'up') === (isUp(knows, settings) && !isDown(knows, settings)),
  },
  ...failbackInvariants,
  {
    name: 'a start switches nothing',
    sentence: 'A start, a reload or a crash drives nothing that the stored role does not ask for.',
    holds: step => {
      const { event, effects, knows } = step
      if (event.kind !== 'started' && event.kind !== 'reloaded') return true
      const role = knows.override?.role ?? storedRole(step)
      const moved = event.kind === 'reloaded' && (says(step, 'failback: ') || says(step, 'called off: '))
      return moved || effects.every(effect => effect.kind !== 'enforce' || effect.role === role)
    },
  },
  {
    name: 'adopted for a reason',
    sentence:
      "A stored role gives way only to what the relays agree on: never while pinned, paused or moving, the master's only while it is up, and no hook runs.",
    holds: step => {
      const { settings, before, event, after, effects, knows } = step
      if (!adopts(step)) return true
      const agreed = event.kind === 'roleDiscovered' ? event.agreed : null
      const mayMaster = after.role === 'slave' || isUp(knows, settings)
      const isFree = !knows.pause && !knows.override && before.move === null && after.move === null
      const isStill = effects.every(({ kind }) => kind !== 'runHook')
      return agreed === after.role && mayMaster && isFree && isStill
    },
  },
  {
    name: 'a restart forgets nothing',
    sentence: 'What an operator ordered, the role, and the failovers that count outlive a crash.',
    holds: ({ event, after, knows }) =>
      event.kind !== 'started' ||
      ((after.pause !== null) === (knows.pause !== null) &&
        after.override?.role === knows.override?.role &&
        after.flapping === knows.flapped &&
        after.failovers.length === knows.failovers.length),
  },
  {
    name: 'an override stands',
    sentence: 'An override is never broken: while it lasts the role is the pinned one.',
    holds: ({ settings, after, effects, knows }) => {
      if (!knows.override) return true
      const may = settings.devices !== null && knows.secondary && !knows.pause
      const moved = saidIn(effects, 'failover: ') || saidIn(effects, 'failback: ')
      return !moved && (!may || after.role === knows.override.role)
    },
  },
  {
    name: 'an order lasts as long as ordered',
    sentence: 'A pause and an override last as long as was ordered, and end then.',
    holds: ({ after, knows }) =>
      after.pause?.until === knows.pause?.until && after.override?.until === knows.override?.until,
  },
  {
    name: 'one line a change',
    sentence: 'Each change of the role has one line and one record, and there is none without.',
    holds: step => {
      const { before, after, event, effects } = step
      if (adopts(step)) return saidIn(effects, 'adopted: ') && effects.some(e => e.kind === 'record')
      const from = event.kind === 'started' ? storedRole(step) : adoptedRole(step)
      const starts = ['failover: ', 'failback: ', 'forced: ', 'called off: ']
      const lines = starts.filter(start => says(step, start)).length
      const records = effects.filter(
        e => e.kind === 'record' && ['failover', 'failback', 'forced', 'called-off'].includes(e.what),
      ).length
      const changes = from === after.role ? 0 : 1
      return lines === changes && records === changes && (changes === 0 || after.moves > before.moves)
    },
  },
  {
    name: 'saved before driven',
    sentence:
      'What must survive a crash is saved before a relay is told or a hook runs; nothing is saved for nothing.',
    holds: ({ before, after, effects }) => {
      const kinds = effects.map(({ kind }) => kind)
      const differs = storedFields.some(field => before[field] !== after[field])
      const save = kinds.indexOf('save')
      const first = kinds.findIndex(kind => kind === 'enforce' || kind === 'runHook')
      return save >= 0 === differs && (first < 0 || save < first)
    },
  },
  {
    name: 'wakes in time',
    sentence: 'What time alone will change has a wake-up no later than that, and none that is past.',
    holds: ({ knows, now, wakeAt }) =>
      (wakeAt === null || wakeAt > now.mono) &&
      [knows.pause?.until, knows.override?.until, knows.windowUntil].every(
        until => until == null || (wakeAt !== null && wakeAt <= until),
      ),
  },
  {
    name: 'comes to rest',
    sentence: 'No rule has anything more to do, and the phase is the one that the facts give.',
    holds: ({ settings, after: state, now }) =>
      !rules.some(rule => rule.when({ settings, state, now })) &&
      phaseOf({ settings, state, now }) === state.phase,
  },
  {
    name: 'moved by a rule',
    sentence: 'The role changes only where a rule that fired says so, or where it was not known.',
    holds: ({ before, after, event, rules: fired }) =>
      event.kind === 'started' ||
      before.roleUnknown ||
      after.role === (arrowsOf(before.role, fired).at(-1)?.to ?? before.role),
  },
  {
    name: 'bounded',
    sentence: 'The state does not grow: the latest failovers, one count a check.',
    holds: ({ settings, after, effects }) =>
      after.failovers.length <= mostFailovers &&
      Object.keys(after.checks).every(name => settings.checks.some(check => check.name === name)) &&
      effects.length <= mostEffects,
  },
]

function waitsForHook({ move }: State): boolean {
  return move?.stage === 'before' && move.event !== 'called-off'
}

const mostEffects = 16
const drivingPhases = ['steady', 'recovering', 'waiting', 'forced']
const storedFields = [
  'role',
  'roleSinceWall',
  'roleUnknown',
  'override',
  'pause',
  'failovers',
  'flapping',
  'move',
  'moves',
  'loss',
  'proven',
  'failedHooks',
  'adopted',
] as const

/** The stored role gives way to what the relays read. */
function adopts({ effects }: Step): boolean {
  return effects.some(effect => effect.kind === 'record' && effect.what === 'adopted')
}

function storedRole({ event, before }: Step) {
  return event.kind === 'started' ? (event.stored?.role ?? initialState.role) : before.role
}

/** Taking the role from the relays is no change: there was none. */
function adoptedRole({ event, before }: Step) {
  return event.kind === 'roleDiscovered' && before.roleUnknown ? (event.role ?? 'master') : before.role
}
