import { ageText } from './duration.ts'
import { firstHold } from './failback.ts'
import { isProven } from './proven.ts'
import { checkState } from './rise-fall.ts'
import type { Moment } from './role.ts'
import { secondaryWhen, unconfiguredWords } from './secondary.ts'
import type { Settings } from './settings.ts'
import type { Pause, Phase, State } from './state.ts'

/** One sentence: what would happen next, and what it takes. For `status`. */
export function nextText(settings: Settings, state: State, now: Moment): string {
  return nextOf[state.phase](settings, state, now)
}

type Teller = (settings: Settings, state: State, now: Moment) => string

const nextOf: Readonly<Record<Phase, Teller>> = {
  unconfigured: settings => `would start work when ${unconfiguredWords(settings).cure}`,
  passive: settings => `would start work when ${secondaryWhen(settings)}`,
  paused: (_, { pause }, now) => `would decide again ${endOf(pause, now, "at 'berofosd resume'")}`,
  forced: (_, { override }, now) =>
    `would decide again ${endOf(override, now, "at 'berofosd --force auto'")}`,
  starting: (settings, state) =>
    state.adopting
      ? 'takes the role from what most relays read'
      : `would decide after the first verdict: ${missing(settings, state, 'up')} or ${missing(settings, state, 'down')}`,
  suspect: (settings, state) => {
    if (state.role === 'slave')
      return `would leave the lines at the master after ${missing(settings, state, 'up')}: none has moved`
    return state.survey.is === 'none'
      ? `would fail over after ${missing(settings, state, 'down')}`
      : 'would fail over as soon as one relay or witness answers'
  },
  isolated: () => 'would start counting from zero as soon as a relay or witness answers',
  steady: (settings, state) =>
    state.role === 'master'
      ? `would fail over after ${missing(settings, state, 'down')}`
      : `would start to return after ${missing(settings, state, 'up')}`,
  recovering: ({ failback }, { upSince }, now) => {
    const rest = (upSince ?? now.mono) + failback.stableForMs - now.mono
    return rest > 0
      ? `would fail back in ${wholeSeconds(rest)}, if the master stays up`
      : 'would fail back as soon as every required check answers again'
  },
  waiting: (settings, state, now) =>
    `failback held: ${firstHold(settings, state, now.mono)?.text(settings, state) ?? 'for a moment'}`,
}

function endOf(pause: Pause | null, now: Moment, otherwise: string): string {
  return pause?.until == null ? otherwise : `in ${wholeSeconds(pause.until - now.mono)}`
}

/** `3 more failures of ping`: the check that is nearest to deciding; all of them for `up`. */
function missing(settings: Settings, state: State, wanted: 'up' | 'down'): string {
  const outcome = wanted === 'up' ? 'answered' : 'failed'
  const rows = settings.checks
    .filter(check => check.required && (wanted === 'up' || isProven(state.proven, check)))
    .map(({ name, rise, fall }) => {
      const { streak, verdict } = checkState(state.checks, name)
      const needed = wanted === 'up' ? rise : fall
      const count = streak.outcome === outcome ? streak.count : 0
      const isUp = wanted === 'up' && verdict === 'up'
      // Down already, as after a pause: once more is needed.
      return { name, left: isUp ? 0 : Math.max(wanted === 'down' ? 1 : 0, needed - count) }
    })
    .sort((a, b) => a.left - b.left)
  const row = wanted === 'up' ? rows.at(-1) : rows[0]
  if (!row)
    return settings.checks.some(({ required }) => required)
      ? 'a check has been up: none ever was'
      : 'a verdict'
  const noun = wanted === 'up' ? 'answer' : 'failure'
  return `${row.left} more ${noun}${row.left === 1 ? '' : 's'} of ${row.name}`
}

function wholeSeconds(ms: number): string {
  return ageText(Math.max(1000, Math.ceil(ms / 1000) * 1000))
}
