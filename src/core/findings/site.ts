import { ageText, durationText } from '../duration.ts'
import { firstHold } from '../failback.ts'
import { nextText } from '../next-text.ts'
import { notSecondary, unconfiguredWords } from '../secondary.ts'
import type { Pause } from '../state.ts'
import { type Facts, type Observer, when } from './facts.ts'

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
            text: `paused${howLong(pause, now.mono)}, nothing is decided or switched: 'berofosd resume' ends it`,
          },
        ]
      : [],

  override: ({ state: { override }, now }) =>
    override
      ? [
          {
            subject: override.role,
            sinceWall: override.atWall,
            text: `automatic failover is OFF, the lines are pinned to the ${override.role}${howLong(override, now.mono)}: 'berofosd --force auto' ends it`,
          },
        ]
      : [],

  isolated: ({ state }) =>
    when(state.phase === 'isolated', () => ({
      subject: '',
      text: "isolated: no relay and no witness answers, nothing is switched: check this node's own network",
    })),

  'at-slave': facts => {
    const { role, roleSinceWall, override, pause } = facts.state
    return when(role === 'slave' && !override && !pause, () => ({
      subject: '',
      sinceWall: roleSinceWall,
      text: `the lines are at the slave: ${next(facts)}`,
    }))
  },

  flapping: ({ settings: { failback }, state }) =>
    when(state.flapping, () => ({
      subject: '',
      text: `${failback.flapLimit} failovers within ${durationText(failback.flapWindowMs)}: no failback until 'berofosd resume'`,
    })),

  'failback-held': ({ settings, state, now }) => {
    const hold = state.phase === 'waiting' ? firstHold(settings, state, now.mono) : undefined
    // Two that have a code or an end of their own.
    return hold && hold.name !== 'flapping' && hold.name !== 'before_master'
      ? [{ subject: hold.name, text: `the master is up and the lines stay: ${hold.text(settings, state)}` }]
      : []
  },
} satisfies Readonly<Record<string, Observer>>

function next({ settings, state, now }: Facts): string {
  return nextText(settings, state, now)
}

/** ` for another 2h (REASON)`. */
function howLong({ until, reason }: Pause, mono: number): string {
  const rest = until === null ? '' : ` for another ${ageText(until - mono)}`
  return rest + (reason === '' ? '' : ` (${reason})`)
}
