import { durationForm, durationText, parseDuration } from '../core/duration.ts'
import { parseCron } from './cron-expression.ts'
import { good, type Parsed, unfit } from './parsed.ts'

/** One kind of value: how it is written, and what the text means. */
export interface Kind<T> {
  /** What is expected, in a few words: for error messages and the reference. */
  readonly form: string
  read(text: string): Parsed<T>
}

export const dayMs = 86_400_000
/** The longest whole number of days that a timer of Node holds (2^31 - 1 ms). */
const longestTimerMs = 24 * dayMs

/** Milliseconds within bounds. */
export function duration(lowMs: number, highMs = longestTimerMs): Kind<number> {
  const bounds = `from ${durationText(lowMs)} to ${durationText(highMs)}`
  return {
    form: `a duration ${bounds}`,
    read(text) {
      const ms = parseDuration(text)
      if (ms === null && !/^\d+(?:ms|s|m|h|d)$/.test(text)) return unfit(text, 'not a duration', durationForm)
      if (ms === null || ms > highMs) return unfit(text, 'too long', `a duration ${bounds}`)
      return ms < lowMs ? unfit(text, 'too short', `a duration ${bounds}`) : good(ms)
    },
  }
}

/** What a check or an audit may cost at most: ten milliseconds between two of them. */
export const interval = duration(10, dayMs)
export const timeout = duration(1, dayMs)

export function count(low: number, high = 1_000_000): Kind<number> {
  const form = `a whole number from ${low} to ${high}`
  return {
    form,
    read(text) {
      const number = /^\d{1,7}$/.test(text) ? Number(text) : Number.NaN
      return number >= low && number <= high ? good(number) : unfit(text, 'out of place', form)
    },
  }
}

export const port = count(1, 65_535)

const switchWords: Readonly<Record<string, boolean>> = {
  yes: true,
  true: true,
  on: true,
  '1': true,
  no: false,
  false: false,
  off: false,
  '0': false,
}

/** yes/no, true/false, on/off, 1/0 in any case. */
export const toggle: Kind<boolean> = {
  form: 'yes or no',
  read(text) {
    const word = text.toLowerCase()
    const value = Object.hasOwn(switchWords, word) ? switchWords[word] : undefined
    return value === undefined ? unfit(text, 'no switch', 'yes or no') : good(value)
  },
}

/** One of a few words, in any case. */
export function choice<T extends string>(...words: readonly T[]): Kind<T> {
  const form = `one of ${words.join(', ')}`
  return {
    form,
    read(text) {
      const found = words.find(word => word.toLowerCase() === text.toLowerCase())
      return found === undefined ? unfit(text, 'unknown', form) : good(found)
    },
  }
}

export const cron: Kind<string> = { form: 'a cron expression', read: parseCron }

/** Status codes of HTTP, as inclusive ranges: `200-499`, `200, 204, 300-399`. */
export const statusRanges: Kind<readonly (readonly [number, number])[]> = {
  form: 'status codes and ranges from 100 to 599, such as 200, 204, 300-399',
  read(text) {
    const ranges = text.split(',').map(part => statusRange(part.trim()))
    const valid = ranges.filter(range => range !== null)
    return valid.length === ranges.length ? good(valid) : unfit(text, 'malformed', statusRanges.form)
  },
}

function statusRange(part: string): readonly [number, number] | null {
  const match = /^([1-5]\d\d)(?:[ \t]*-[ \t]*([1-5]\d\d))?$/.exec(part)
  if (match === null) return null
  const low = Number(match[1])
  const high = Number(match[2] ?? match[1])
  return low <= high ? [low, high] : null
}

/** A command line for the shell. Told from other kinds by identity: a comment behind it is worth a warning. */
export const command: Kind<string | null> = {
  form: 'a shell command line, or empty',
  read: text => good(text === '' ? null : text),
}

/** The same where there has to be one. */
export const neededCommand: Kind<string> = {
  form: 'a shell command line',
  read: text => (text === '' ? { ok: false, wrong: 'empty, expected a shell command line' } : good(text)),
}

/** Empty stands for null. */
export function optional<T>(kind: Kind<T>): Kind<T | null> {
  return {
    form: `${kind.form}, or empty`,
    read: text => (text === '' ? good(null) : kind.read(text)),
  }
}
