import { phaseOf } from '../../src/core/phases.ts'
import { rules } from '../../src/core/rules.ts'
import { initialState, mostFailovers, type State } from '../../src/core/state.ts'
import { failbackInvariants } from './invariants-of-failback.ts'
import { isBack, isDown, isFailing, isUp } from './observed-checks.ts'
import { isAutomatic, saidIn } from './observer.ts'
import { arrowsOf } from './state-diagram.ts'
import { type Invariant, type Step, says } from './step.ts'

/** What no sequence of events may break. */
export const invariants: readonly Invariant[] = [
  {
    name: 'still',
    holds: ({ settings, knows }) =>
      knows.driving === null ||
      (settings.devices !== null &&
        knows.secondary &&
        knows.pause === null &&
        !(knows.cutOff || knows.surveying)),
  },
  {
    name: 'hook first',
    holds: ({ after, knows }) => !waitsForHook(after) || knows.driving === null,
  },
  {
    name: 'role',
    holds: ({ after, knows }) =>
      knows.driving === null
        ? !drivingPhases.includes(after.phase) || waitsForHook(after)
        : knows.driving === after.role,
  },
  {
    name: 'reported',
    holds: ({ after, knows }) =>
      knows.driving === null || after.move?.stage !== 'driving' || knows.drivingMove === after.move.id,
  },
  {
    name: 'evidence',
    holds: step => !says(step, 'failover: ') || isFailing(step.heard, step.settings),
  },
  {
    name: 'answer',
    holds: step => {
      const { event, before } = step
      const answered = event.kind === 'isolationChecked' && event.answering !== null
      return !says(step, 'failover: ') || (answered && before.phase === 'suspect')
    },
  },
  {
    name: 'due',
    holds: ({ settings, before, event, after, knows }) => {
      const { isolation } = before
      const asked =
        event.kind === 'isolationChecked' && isolation.is === 'asked' && isolation.question === event.question
      const due = asked && event.answering !== null
      return !due || !isAutomatic(knows, settings) || after.role === 'slave'
    },
  },
  {
    name: 'since',
    holds: step => !says(step, 'failover: ') || isFailing(step.heard, step.settings, step.heard.heldAt),
  },
  {
    name: 'cancelled',
    holds: step => !says(step, 'called off: ') || (!step.heard.begun && isBack(step.heard, step.settings)),
  },
  {
    name: 'needless',
    holds: ({ settings, after, knows }) => {
      const automatic = isAutomatic(knows, settings) && after.move?.event === 'failover'
      return !automatic || knows.begun || knows.driving !== 'slave' || !isUp(knows, settings)
    },
  },
  {
    name: 'verdict',
    holds: ({ settings, after, knows }) =>
      (after.verdict === 'down') === isDown(knows, settings) &&
      (after.verdict === 'up') === (isUp(knows, settings) && !isDown(knows, settings)),
  },
  ...failbackInvariants,
  {
    name: 'start',
    holds: step => {
      const { event, effects, knows } = step
      if (event.kind !== 'started' && event.kind !== 'reloaded') return true
      const role = knows.override?.role ?? storedRole(step)
      const moved = event.kind === 'reloaded' && (says(step, 'failback: ') || says(step, 'called off: '))
      return moved || effects.every(effect => effect.kind !== 'enforce' || effect.role === role)
    },
  },
  {
    name: 'adopted',
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
    name: 'kept',
    holds: ({ event, after, knows }) =>
      event.kind !== 'started' ||
      ((after.pause !== null) === (knows.pause !== null) &&
        after.override?.role === knows.override?.role &&
        after.flapping === knows.flapped &&
        after.failovers.length === knows.failovers.length),
  },
  {
    name: 'override',
    holds: ({ settings, after, effects, knows }) => {
      if (!knows.override) return true
      const may = settings.devices !== null && knows.secondary && !knows.pause
      const moved = saidIn(effects, 'failover: ') || saidIn(effects, 'failback: ')
      return !moved && (!may || after.role === knows.override.role)
    },
  },
  {
    name: 'as-ordered',
    holds: ({ after, knows }) =>
      after.pause?.until === knows.pause?.until && after.override?.until === knows.override?.until,
  },
  {
    name: 'recorded',
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
    name: 'saved',
    holds: ({ before, after, effects }) => {
      const kinds = effects.map(({ kind }) => kind)
      const differs = storedFields.some(field => before[field] !== after[field])
      const save = kinds.indexOf('save')
      const first = kinds.findIndex(kind => kind === 'enforce' || kind === 'runHook')
      return save >= 0 === differs && (first < 0 || save < first)
    },
  },
  {
    name: 'wakes',
    holds: ({ knows, now, wakeAt }) =>
      (wakeAt === null || wakeAt > now.mono) &&
      [knows.pause?.until, knows.override?.until, knows.windowUntil].every(
        until => until == null || (wakeAt !== null && wakeAt <= until),
      ),
  },
  {
    name: 'rest',
    holds: ({ settings, after: state, now }) =>
      !rules.some(rule => rule.when({ settings, state, now })) &&
      phaseOf({ settings, state, now }) === state.phase,
  },
  {
    name: 'ruled',
    holds: ({ before, after, event, rules: fired }) =>
      event.kind === 'started' ||
      before.roleUnknown ||
      after.role === (arrowsOf(before.role, fired).at(-1)?.to ?? before.role),
  },
  {
    name: 'bounded',
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
  'unheard',
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
