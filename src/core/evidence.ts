import { ageText } from './duration.ts'
import { checkState, isFailing, streakText } from './rise-fall.ts'
import type { Settings } from './settings.ts'
import type { State } from './state.ts'

/** Why the master is held for down: each required check that keeps failing, how many failures in a row, the last error. */
export function downEvidence(settings: Settings, state: State): string {
  return settings.checks
    .filter(check => isFailing([check], state.checks))
    .map(({ name }) => {
      const { streak, failure } = checkState(state.checks, name)
      return `check ${name} is down: ${streakText(streak)}, last: ${failure}`
    })
    .join('; ')
}

/** Why the master is held for up. */
export function upEvidence(settings: Settings, state: State, now: number): string {
  const answers = settings.checks
    .filter(check => check.required && checkState(state.checks, check.name).streak.outcome === 'answered')
    .map(({ name }) => `check ${name}: ${streakText(checkState(state.checks, name).streak)}`)
  const upFor =
    state.upSince === null
      ? 'the master answers'
      : `the master has been up for ${ageText(now - state.upSince)}`
  return [upFor, answers.join('; ')].filter(Boolean).join(', ')
}
