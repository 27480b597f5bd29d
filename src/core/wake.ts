import type { Settings } from './settings.ts'
import type { State } from './state.ts'

/**
 * The next moment (mono) at which time alone changes something; null: never. A moment that is past already is left
 * out: what it brought about has been decided.
 */
export function wakeAt(settings: Settings, state: State, after = Number.NEGATIVE_INFINITY): number | null {
  const due = momentsThatMatter(settings, state).filter((at): at is number => at !== null && at > after)
  return due.length > 0 ? Math.min(...due) : null
}

function momentsThatMatter({ failback }: Settings, state: State): (number | null)[] {
  const { readiness, survey, upSince } = state
  return [
    state.pause?.until ?? null,
    state.override?.until ?? null,
    state.windowUntil,
    state.calledOffUntil,
    upSince === null ? null : upSince + failback.stableForMs,
    survey.is === 'silent' ? survey.againAt : null,
    readiness.is === 'no' ? readiness.againAt : null,
    failback.readyDeadlineMs > 0 && (readiness.is === 'asking' || readiness.is === 'no')
      ? readiness.since + failback.readyDeadlineMs
      : null,
  ]
}
