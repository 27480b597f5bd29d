import { unprovenText } from '../check-lines.ts'
import { ageText } from '../duration.ts'
import { decidesNothing, hasNeverComeUp, isProven } from '../proven.ts'
import { type CheckState, checkState } from '../rise-fall.ts'
import type { CheckSettings } from '../settings.ts'
import type { State } from '../state.ts'
import { timeText } from '../time-text.ts'
import { worstCaseDetectionMs } from '../worst-case.ts'
import { type Facts, type Observer, when } from './facts.ts'

/** Findings of the health checks, and of what a failover would need. */
export const checkObservers = {
  'failover-impossible': facts => [...withoutMaster(facts), ...withoutDevice(facts)],

  'check-failing': facts =>
    facts.settings.checks
      .filter(check => check.required && isFailingForLong(check, facts))
      .filter(check => !decidesNothing(check, facts.state.checks, facts.state.proven))
      .map(check => ({
        subject: check.name,
        ...failingSince(checkState(facts.state.checks, check.name)),
        over: `check ${check.name} was failing: ${checkState(facts.state.checks, check.name).failure || 'no answer'}`,
        text: `check ${check.name} ${troubleText(check, facts)}`,
      })),

  'check-unproven': facts => unprovenOf(facts, true),

  'check-optional-down': facts => [
    ...unprovenOf(facts, false),
    ...facts.settings.checks
      .filter(check => !check.required && checkState(facts.state.checks, check.name).verdict === 'down')
      .map(check => ({
        subject: check.name,
        text: `check ${check.name}, which decides nothing, ${troubleText(check, facts)}`,
      })),
  ],
} satisfies Readonly<Record<string, Observer>>

/** Whether a failover could happen now if the master died; at the slave: whether a failback could. */
export function isPossible(facts: Facts): boolean {
  const { state } = facts
  const decides =
    state.role === 'master' ? facts.settings.checks.some(check => hasVerdict(check, state)) : false
  const masterKnown = (decides || state.verdict !== 'unknown') && state.phase !== 'isolated'
  return masterKnown && withoutMaster(facts).length === 0 && withoutDevice(facts).length === 0
}

function withoutMaster({ settings, state }: Facts) {
  const blind = settings.checks.find(check => {
    const { verdict, last } = checkState(state.checks, check.name)
    return check.required && verdict === 'unknown' && last !== null && last.result.outcome !== 'answered'
  })
  // One that has a verdict can still find the master down.
  if (!blind || settings.checks.some(check => hasVerdict(check, state))) return []
  const detail = checkState(state.checks, blind.name).last?.result.detail
  return [
    {
      subject: 'master',
      text: `nothing is known of the master ${settings.master.host}, no failover is possible: check ${blind.name}: ${detail}`,
    },
  ]
}

function withoutDevice({ settings: { devices } }: Facts) {
  const isEmpty = devices?.every(({ host }) => host === null) ?? false
  return when(isEmpty, () => ({
    subject: 'devices',
    text: `bnfos.conf names no device that has a host, no line can be moved: add a section such as [fos1], then 'systemctl reload berofosd'`,
  }))
}

/** Checks that were tried `fall` times, have never been up, and are not on their way there. */
function unprovenOf({ settings, state }: Facts, required: boolean) {
  return settings.checks
    .filter(check => check.required === required && !isProven(state.proven, check))
    .filter(check => hasNeverComeUp(check, checkState(state.checks, check.name)))
    .map(check => ({
      subject: check.name,
      text: unprovenText(check.name, checkState(state.checks, check.name).last?.result.detail ?? ''),
    }))
}

function hasVerdict({ name, required }: CheckSettings, { checks }: State): boolean {
  return required && checkState(checks, name).verdict !== 'unknown'
}

/** Half of what makes it down, so that one lost packet is no finding; or no answer for so long as a dead master is noticed in. */
function isFailingForLong(check: CheckSettings, { state, now }: Facts): boolean {
  const { verdict, streak, answered } = checkState(state.checks, check.name)
  const isOverdue = answered !== null && now.mono - answered.mono > worstCaseDetectionMs(check)
  return verdict === 'down' || (streak.outcome === 'failed' && streak.count >= check.fall / 2) || isOverdue
}

/** A row of failures begins before it is a finding. */
function failingSince({ streak, since }: CheckState): { readonly sinceWall?: number } {
  return streak.outcome === 'failed' && since ? { sinceWall: since.wall } : {}
}

/** Goes on after its name. While a check comes back, its last result is an answer: no reason for being down. */
function troubleText(check: CheckSettings, { state, now }: Facts): string {
  const { verdict, streak, since, failure, last, answered } = checkState(state.checks, check.name)
  const { fall, rise, name } = check
  const begun = since ? ` since ${timeText(since.wall, now.wall)}` : ''
  if (verdict === 'down' && streak.outcome === 'answered')
    return `is down, and has answered again${begun}, ${streak.count} of ${rise}`
  if (verdict === 'down') return `is down, it fails${begun}: ${failure || 'no answer'}`
  if (streak.outcome === 'failed' && streak.count >= fall / 2)
    return `has failed${begun}, ${streak.count} of ${fall}: ${failure}`
  const silence = ageText(now.mono - (answered?.mono ?? now.mono))
  return `has had no success for ${silence}, last: ${last?.result.detail}; see what 'berofosd check' says of ${name}`
}
