import { isAnswering, isDown, isUp, required } from './observed-checks.ts'
import { type Invariant, type Step, says } from './step.ts'

/** Failing back cuts calls: what each failback needs. */
export const failbackInvariants: readonly Invariant[] = [
  {
    name: 'stable',
    holds: step => {
      const { settings, heard, now } = step
      const upFor = now.mono - (heard.upSince ?? Number.POSITIVE_INFINITY)
      return !decidesFailback(step) || (upFor >= settings.failback.stableForMs && answersNow(step))
    },
  },
  {
    name: 'window',
    holds: step => {
      const { policy } = step.settings.failback
      if (policy === 'auto' || !decidesFailback(step)) return true
      const { approved, windowUntil } = step.heard
      return policy === 'manual' ? approved : windowUntil !== null && windowUntil > step.now.mono
    },
  },
  {
    name: 'flapping',
    holds: step => !decidesFailback(step) || !step.heard.flapped,
  },
  {
    name: 'asks',
    holds: step => readyCommandAgrees(step) && beforeMasterAgrees(step),
  },
  {
    name: 'undone',
    holds: ({ after, knows }) => !knows.undoOwed || after.move?.stage === 'asking',
  },
  {
    name: 'ended in time',
    holds: ({ settings, after, knows }) =>
      after.move?.stage !== 'asking' ||
      (knows.pause === null && knows.override?.role !== 'slave' && !isDown(knows, settings)),
  },
  {
    name: 'up',
    holds: step => !says(step, 'failback: ') || isUp(step.heard, step.settings),
  },
]

/** The moment from which a failback is on its way: before_master is asked, or there is none and the lines go. */
function decidesFailback(step: Step): boolean {
  const { settings, effects } = step
  if (settings.hooks.before_master === null) return says(step, 'failback: ')
  return effects.some(e => e.kind === 'runHook' && e.hook === 'before_master' && e.event === 'failback')
}

function readyCommandAgrees(step: Step): boolean {
  const { settings, heard, now } = step
  const { readyCommand, readyDeadlineMs } = settings.failback
  if (readyCommand === null || !decidesFailback(step)) return true
  const { ready } = heard
  const late = ready !== null && readyDeadlineMs > 0 && now.mono - ready.since >= readyDeadlineMs
  return late || ready?.yes === true
}

/** Once it has called one off, not so soon again. */
function beforeMasterAgrees(step: Step): boolean {
  const { event, before, settings, heard, now } = step
  if (settings.hooks.before_master === null) return true
  const agrees = event.kind === 'hookEnded' && event.ok && before.move?.stage === 'asking'
  if (says(step, 'failback: ') && !agrees) return false
  return !decidesFailback(step) || heard.calledOffUntil === null || now.mono >= heard.calledOffUntil
}

function answersNow({ settings, heard, now }: Step): boolean {
  const fresh = required(settings).every(check => {
    const at = heard.checks[check.name]?.at
    return at !== undefined && now.mono - at <= check.intervalMs + check.timeoutMs + 1000
  })
  return fresh && isAnswering(heard, settings)
}
