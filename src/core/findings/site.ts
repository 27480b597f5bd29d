import { adoptedText } from '../discovery.ts'
import { durationText } from '../duration.ts'
import { firstHold } from '../failback.ts'
import { failedHooksOf, failureText, undoCure, undoMissing } from '../failed-hooks.ts'
import { listText } from '../list-text.ts'
import { nextText } from '../phases.ts'
import type { Moment } from '../role.ts'
import { notSecondary, unconfiguredWords } from '../secondary.ts'
import type { Pause } from '../state.ts'
import { timeText, wallAt } from '../time-text.ts'
import { type Facts, type NodeCode, type Observation, type Observer, when } from './facts.ts'

/** Findings of the site as a whole: who has the lines, who decides, what is held. */
export const siteObservers = {
  unconfigured: facts =>
    when(facts.state.phase === 'unconfigured', () => ({
      subject: '',
      text: `${unconfiguredWords(facts.settings).what}, nothing is driven: it ${next(facts)}`,
    })),

  passive: facts =>
    when(facts.state.phase === 'passive', () => ({
      subject: '',
      text: `${notSecondary(facts.settings)}, nothing is driven: it ${next(facts)}`,
    })),

  paused: ({ state: { pause }, now }) =>
    pause
      ? [
          {
            subject: '',
            sinceWall: pause.atWall,
            over: `paused${whyText(pause)}, nothing was decided or switched`,
            text: `paused${howLong(pause, now)}, nothing is decided or switched: 'berofosd resume' ends it`,
          },
        ]
      : [],

  override: ({ state: { override }, now }) =>
    override
      ? [
          {
            subject: override.role,
            sinceWall: override.atWall,
            over: `the lines were pinned to the ${override.role}${whyText(override)}`,
            text: `automatic failover is OFF, the lines are pinned to the ${override.role}${howLong(override, now)}: 'berofosd --force auto' ends it`,
          },
        ]
      : [],

  isolated: ({ state }) =>
    when(state.phase === 'isolated', () => ({
      subject: '',
      over: 'isolated: no relay and no witness answered, nothing was switched',
      text: "isolated: no relay and no witness answers, nothing is switched: check this node's own network",
    })),

  'at-slave': facts => {
    const { role, roleSinceWall, override, pause } = facts.state
    // An order that came later ends nothing of it; what an order has brought about is the finding of the order.
    const isOrdered = [override, pause].some(order => order && order.atWall <= roleSinceWall)
    return when(role === 'slave' && !isOrdered, () => ({
      subject: '',
      sinceWall: roleSinceWall,
      over: 'the lines were at the slave',
      // What holds the failback is a finding of its own.
      text: `the lines are at the slave${isHeld(facts) ? ', their return is held' : `: ${next(facts)}`}`,
    }))
  },

  flapping: ({ settings: { failback }, state }) =>
    when(state.flapping, () => ({
      subject: '',
      text: `${failback.flapLimit} failovers within ${durationText(failback.flapWindowMs)}: no failback until 'berofosd resume'`,
    })),

  'failback-held': facts => {
    const hold = holdOf(facts)
    // Two that have a code or an end of their own.
    return hold && hold.name !== 'flapping' && hold.name !== 'before_master'
      ? [
          {
            subject: hold.name,
            over: 'the failback was held',
            text: `the master is up and the lines stay: ${hold.text(facts)}`,
          },
        ]
      : []
  },
} satisfies Readonly<Record<string, Observer>>

function holdOf({ settings, state, now }: Facts) {
  return state.phase === 'waiting' ? firstHold(settings, state, now.mono) : undefined
}

function isHeld(facts: Facts): boolean {
  const hold = holdOf(facts)
  return hold !== undefined && hold.name !== 'before_master'
}

function next(facts: Facts): string {
  return nextText(facts)
}

/** ` until 14:00:00 (REASON)`. */
function howLong({ until, reason }: Pause, now: Moment): string {
  const rest = until === null ? '' : ` until ${timeText(wallAt(until, now), now.wall)}`
  return rest + whyText({ reason })
}

/** ` (REASON)`. */
function whyText({ reason }: Pick<Pause, 'reason'>): string {
  return reason === '' ? '' : ` (${reason})`
}

/** Findings of the operator's hooks; their subject is the hook's name. */
export const hookObservers = {
  'undo-missing': ({ state }) =>
    undoMissing(state).map(failed => ({
      subject: failed.hook,
      sinceWall: failed.atWall,
      text: `${failureText(failed)}: ${undoCure}`,
    })),

  'hook-failed': ({ state }) =>
    failedHooksOf(state)
      .filter(failed => !undoMissing(state).some(({ hook }) => hook === failed.hook))
      .map(failed => ({
        subject: failed.hook,
        sinceWall: failed.atWall,
        text: `hook ${failed.hook} of the latest ${failed.event}: ${failed.detail}: do by hand what it lacks, then 'berofosd resume'`,
      })),
} satisfies Readonly<Record<string, Observer>>

/** Findings of this node itself. The detail is what the part that knows of it has reported. */
export const nodeObservers = {
  /** One, whatever number of files it meets: the cause is the disk's. */
  'state-unsaved': ({ node }) => {
    const details = Object.entries(node['state-unsaved'] ?? {}).sort(([a], [b]) => b.localeCompare(a))
    return details.slice(0, 1).map(([, detail]) => ({
      subject: '',
      text: `the state can't be saved, a restart would forget what is new: ${detail}${alsoText(details)}`,
    }))
  },
  'files-invalid': reported(
    'files-invalid',
    detail =>
      `the files on disk are not what is in force: ${detail}: see 'berofosd check-config', then 'systemctl reload berofosd'`,
  ),
  'decision-failed': reported(
    'decision-failed',
    detail => `a decision failed: ${detail}: see the log, then 'systemctl restart berofosd'`,
  ),
  'state-lost': ({ state: { loss } }) =>
    loss
      ? [
          {
            subject: '',
            sinceWall: loss.atWall,
            text: `the stored state was damaged (${loss.what}): see that all is as you want it, then 'berofosd resume'`,
          },
        ]
      : [],
  'role-adopted': ({ state: { adopted } }) =>
    adopted ? [{ subject: '', sinceWall: adopted.atWall, text: adoptedText(adopted) }] : [],
  'log-lost': reported('log-lost', detail => `${detail}: see that the syslog of [log] syslog runs`),
  'alert-undelivered': reported('alert-undelivered', detail => `an alert was not delivered: ${detail}`),
  'other-program': reported('other-program', detail => detail),
  'master-stood-still': reported('master-stood-still', detail => detail),
} satisfies Readonly<Record<NodeCode | 'role-adopted' | 'state-lost', Observer>>

function reported(code: NodeCode, textOf: (detail: string, subject: string) => string): Observer {
  return ({ node }: Facts): readonly Observation[] =>
    Object.entries(node[code] ?? {}).map(([subject, detail]) => ({ subject, text: textOf(detail, subject) }))
}

/** ` (nor history.json)` for those after the first. */
function alsoText(details: readonly (readonly [name: string, detail: string])[]): string {
  const others = details.slice(1).map(([name]) => name)
  return others.length === 0 ? '' : ` (nor ${listText(others)})`
}
