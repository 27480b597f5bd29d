import { ageText, durationText } from './duration.ts'
import { type CheckStates, checkState } from './rise-fall.ts'
import type { Moment } from './role.ts'
import type { CheckSettings } from './settings.ts'
import { timeText } from './time-text.ts'

/**
 * What people are told of a master that answered no required check for a while and then again, before one was down:
 * with a little more the lines would have moved. null: nothing of the kind is over now. `before` and `after`: what was
 * known before the latest results and since.
 */
export function standstill(
  settings: readonly CheckSettings[],
  before: CheckStates,
  after: CheckStates,
  now: Moment,
): string | null {
  const required = settings.filter(check => check.required)
  if (required.some(({ name }) => checkState(before, name).verdict === 'down')) return null
  const answers = required.map(({ name }) => checkState(before, name).answered?.mono ?? 0)
  const lastAnswer = Math.max(...answers)
  const back = required.find(check => isBack(check, before, after, lastAnswer))
  if (back === undefined) return null
  const began = checkState(before, back.name).since as Moment
  const silentMs = now.mono - lastAnswer
  const long = silentMs < 1000 ? durationText(silentMs) : ageText(silentMs)
  const silence = `the master answered nothing for ${long} at ${timeText(began.wall, now.wall)}`
  return `${silence}, and then again: it or the network stood still, see what ran there, such as a snapshot of a virtual machine`
}

/** It answers after half the failures that would have made it down, and no other answered meanwhile. */
function isBack(
  { name, fall }: CheckSettings,
  before: CheckStates,
  after: CheckStates,
  lastAnswer: number,
): boolean {
  const { streak, since } = checkState(before, name)
  const failed = streak.outcome === 'failed' && streak.count >= Math.max(2, fall / 2)
  return (
    failed &&
    since !== null &&
    lastAnswer < since.mono &&
    checkState(after, name).streak.outcome === 'answered'
  )
}
