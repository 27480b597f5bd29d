import { moveEvents, phases } from '../core/state.ts'
import type { Status } from './status-json.ts'

/**
 * A status from a reply of the daemon; null: it is none, since the daemon is of another version. What a newer daemon says
 * besides is kept. Not zod: loading it takes longer than `status` may.
 */
export function parseStatus(value: unknown): Status | null {
  return isStatus(value) ? (value as Status) : null
}

type Is = (value: unknown) => boolean

const text: Is = value => typeof value === 'string'
const number: Is = value => typeof value === 'number' && Number.isFinite(value)
const flag: Is = value => typeof value === 'boolean'
/** ISO 8601. */
const time: Is = value => typeof value === 'string' && !Number.isNaN(Date.parse(value))

function word(...words: readonly string[]): Is {
  return value => typeof value === 'string' && words.includes(value)
}

function orNull(is: Is): Is {
  return value => value === null || is(value)
}

function each(is: Is): Is {
  return value => Array.isArray(value) && value.every(is)
}

function shape(parts: Readonly<Record<string, Is>>): Is {
  return value =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(parts).every(([key, is]) => is((value as Record<string, unknown>)[key]))
}

const role = word('master', 'slave', 'server', 'pbx')
const verdict = word('up', 'down', 'unknown')
const mode: Is = value => value === 0 || value === 1
const pause = { since: time, until: orNull(time), reason: text }

const isStatus = shape({
  version: text,
  pid: number,
  now: time,
  node: text,
  site: text,
  role,
  since: time,
  phase: word(...phases),
  automatic: flag,
  possible: flag,
  override: orNull(shape({ ...pause, role })),
  paused: orNull(shape(pause)),
  isolated: flag,
  next: text,
  findings: each(shape({ code: text, severity: word('error', 'warning', 'notice'), since: time, text })),
  lastMove: orNull(shape({ at: time, what: word(...moveEvents), reason: text, by: orNull(text) })),
  master: shape({
    host: text,
    verdict,
    checks: each(
      shape({
        name: text,
        type: text,
        required: flag,
        verdict,
        streak: number,
        needed: number,
        since: value => value === undefined || orNull(time)(value),
        last: orNull(shape({ ok: flag, ms: number, at: time, detail: text })),
      }),
    ),
  }),
  relays: each(
    shape({
      name: text,
      host: orNull(text),
      port: number,
      wanted: mode,
      actual: orNull(mode),
      confirmed: flag,
      wdog: orNull(number),
      at: orNull(time),
      error: orNull(text),
      lastSwitch: orNull(time),
    }),
  ),
})
