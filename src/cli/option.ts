import { durationText, longestDurationMs, parseDuration } from '../core/duration.ts'

/** One option of a command. */
export interface Option<T = unknown> {
  /** One letter. */
  readonly short?: string
  /** What stands for its value in help: `FILE`; null: a switch. */
  readonly placeholder: string | null
  /** A few words without a full stop. */
  readonly help: string
  /** Its value when it is not given. */
  readonly fallback: T
  /** null: not what it takes. Never called for a switch. */
  readonly read: (text: string) => T | null
  /** Its value holds a password: no message repeats it. */
  readonly secret?: true
  /** What it takes, for error messages. */
  readonly form: string
  /** Its fallback as it would be typed; absent: as it is. */
  readonly show?: (fallback: number) => string
}

export type Options = Readonly<Record<string, Option>>
export type Values<O extends Options> = { readonly [K in keyof O]: O[K] extends Option<infer T> ? T : never }

interface Shape {
  readonly short?: string
  readonly secret?: true
  readonly help: string
}
interface ValueShape extends Shape {
  readonly placeholder: string
}

export function flag(shape: Shape): Option<boolean> {
  return { ...shape, placeholder: null, fallback: false, read: () => null, form: 'nothing' }
}

/** Any text that is not empty, up to `longest` characters. */
export function text(shape: ValueShape, longest = 4096): Option<string | null> {
  const fits = (typed: string) => typed !== '' && typed.length <= longest
  return valued(shape, `a text of 1 to ${longest} characters`, typed => (fits(typed) ? typed : null))
}

/** A whole number from `low` to `high`. */
export function count(shape: ValueShape, low: number, high: number): Option<number | null> {
  return valued(shape, `a whole number from ${low} to ${high}`, typed => {
    const number = /^\d{1,9}$/.test(typed) ? Number(typed) : Number.NaN
    return number >= low && number <= high ? number : null
  })
}

/** Milliseconds, at least `leastMs`. */
export function duration(shape: ValueShape, leastMs: number): Option<number | null> {
  const read = (typed: string) => {
    const ms = parseDuration(typed)
    return ms !== null && ms >= leastMs ? ms : null
  }
  const limits = `${durationText(leastMs)} to ${durationText(longestDurationMs)}`
  const example = leastMs < 1000 ? '500ms' : '90m'
  return { ...valued(shape, `${limits}, one number and unit such as ${example}`, read), show: durationText }
}

/** One of a few words. */
export function choice<W extends string>(shape: ValueShape, words: readonly W[]): Option<W | null> {
  const form = `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
  return valued(shape, form, typed => words.find(word => word === typed) ?? null)
}

/** The same option with a value when it is not given. */
export function or<T>(option: Option<T | null>, fallback: T): Option<T> {
  return { ...option, fallback }
}

function valued<T>(shape: ValueShape, form: string, read: (text: string) => T | null): Option<T | null> {
  return { ...shape, fallback: null, read, form }
}
