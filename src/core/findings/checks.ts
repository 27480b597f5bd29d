import { checkState } from '../rise-fall.ts'
import type { CheckSettings } from '../settings.ts'
import type { State } from '../state.ts'
import { type Facts, type Observer, when } from './facts.ts'

/** Findings of the health checks, and of what a failover would need. */
export const checkObservers = {
  'failover-impossible': facts => [...withoutMaster(facts), ...withoutDevice(facts)],

  'check-failing': ({ settings, state }) =>
    settings.checks
      .filter(check => check.required && isFailingForLong(check, state))
      .map(check => ({ subject: check.name, text: `check ${check.name}: ${failingText(check, state)}` })),

  'check-unproven': () => [],

  'check-optional-down': ({ settings, state }) =>
    settings.checks
      .filter(check => !check.required && checkState(state.checks, check.name).verdict === 'down')
      .map(check => ({
        subject: check.name,
        text: `check ${check.name}, which decides nothing, is down: ${failingText(check, state)}`,
      })),
} satisfies Readonly<Record<string, Observer>>

/** Whether a failover could happen now if the master died; at the slave: whether a failback could. */
export function isPossible(facts: Facts): boolean {
  const { state } = facts
  const masterKnown = state.verdict !== 'unknown' && state.phase !== 'isolated'
  return masterKnown && withoutMaster(facts).length === 0 && withoutDevice(facts).length === 0
}

function withoutMaster({ settings, state }: Facts) {
  const blind = settings.checks.find(check => {
    const { verdict, last } = checkState(state.checks, check.name)
    return check.required && verdict === 'unknown' && last !== null && last.result.outcome !== 'answered'
  })
  if (!blind || state.verdict !== 'unknown') return []
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

/** Half of what makes it down, so that one lost packet is no finding. */
function isFailingForLong({ name, fall }: CheckSettings, { checks }: State): boolean {
  const { verdict, streak } = checkState(checks, name)
  return verdict === 'down' || (streak.outcome === 'failed' && streak.count >= fall / 2)
}

/** While a check comes back, its last result is an answer: no reason for being down. */
function failingText({ name, rise, fall }: CheckSettings, { checks }: State): string {
  const { verdict, streak, last } = checkState(checks, name)
  if (streak.outcome === 'answered') return `down, it answers again, ${streak.count} of ${rise} in a row`
  const detail = last?.result.detail ?? 'no answer'
  return verdict === 'down'
    ? `down after ${streak.count} failures in a row: ${detail}`
    : `failing, ${streak.count} of ${fall} in a row: ${detail}`
}
