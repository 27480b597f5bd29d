import { isAnswering, isDown, isUp, required } from './observed-checks.ts'
import { type Invariant, type Step, says } from './step.ts'

/** Failing back cuts calls: what each failback needs. */
export const failbackInvariants: readonly Invariant[] = [
  {
    name: 'failback when stable',
    sentence: 'No failback before the master was up for stable_for without a break, and answers now.',
    holds: step => {
      const { settings, heard, now } = step
      const upFor = now.mono - (heard.upSince ?? Number.POSITIVE_INFINITY)
      return !decidesFailback(step) || (upFor >= settings.failback.stableForMs && answersNow(step))
    },
  },
  {
    name: 'failback inside its window',
    sentence: 'Under policy window, no failback outside the window.',
    holds: step =>
      step.settings.failback.policy !== 'window' ||
      !decidesFailback(step) ||
      (step.heard.windowUntil !== null && step.heard.windowUntil > step.now.mono),
  },
  {
    name: 'failback when allowed',
    sentence: 'Under policy manual, no failback that no operator allowed.',
    holds: step =>
      step.settings.failback.policy !== 'manual' || !decidesFailback(step) || step.heard.approved,
  },
  {
    name: 'failback below the flap limit',
    sentence: 'No failback beyond the flap limit, before an operator resumes.',
    holds: step => !decidesFailback(step) || !step.heard.flapped,
  },
  {
    name: 'failback when ready',
    sentence: 'No failback against ready_command, before its deadline.',
    holds: step => {
      const { settings, heard, now } = step
      const { readyCommand, readyDeadlineMs } = settings.failback
      if (readyCommand === null || !decidesFailback(step)) return true
      const { ready } = heard
      const late = ready !== null && readyDeadlineMs > 0 && now.mono - ready.since >= readyDeadlineMs
      return late || ready?.yes === true
    },
  },
  {
    name: 'failback when before_master agrees',
    sentence: 'No failback without before_master, and none so soon after it called one off.',
    holds: step => {
      const { event, before, settings, heard, now } = step
      if (settings.hooks.before_master === null) return true
      const agrees = event.kind === 'hookEnded' && event.ok && before.move?.stage === 'asking'
      if (says(step, 'failback: ') && !agrees) return false
      return !decidesFailback(step) || heard.calledOffUntil === null || now.mono >= heard.calledOffUntil
    },
  },
  {
    name: 'what before_master did is undone',
    sentence:
      "Once before_master of a failback has begun, the lines go to the master or the slave's hooks run as called-off.",
    holds: ({ after, knows }) => !knows.undoOwed || after.move?.stage === 'asking',
  },
  {
    name: 'before_master is ended in time',
    sentence: 'A pause, an override to the slave and a master that is down end a before_master that runs.',
    holds: ({ settings, after, knows }) =>
      after.move?.stage !== 'asking' ||
      (knows.pause === null && knows.override?.role !== 'slave' && !isDown(knows, settings)),
  },
  {
    name: 'failback only to a master that is up',
    sentence: 'No failback to a master that is not up when the lines move.',
    holds: step => !says(step, 'failback: ') || isUp(step.heard, step.settings),
  },
]

/** The moment from which a failback is on its way: before_master is asked, or there is none and the lines go. */
function decidesFailback(step: Step): boolean {
  const { settings, effects } = step
  if (settings.hooks.before_master === null) return says(step, 'failback: ')
  return effects.some(e => e.kind === 'runHook' && e.hook === 'before_master' && e.event === 'failback')
}

function answersNow({ settings, heard, now }: Step): boolean {
  const fresh = required(settings).every(check => {
    const at = heard.checks[check.name]?.at
    return at !== undefined && now.mono - at <= check.intervalMs + check.timeoutMs + 1000
  })
  return fresh && isAnswering(heard, settings)
}
