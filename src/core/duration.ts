/** Durations as people write them in files and on command lines: `250ms`, `1s`, `5m`, `2h`, `1d`. */

/** Largest first: the text of a duration uses the largest unit that leaves no remainder; 1 always does. */
const units = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const
type Unit = keyof typeof units

/** A year: what is longer was a slip of the keyboard. */
export const longestDurationMs = 365 * 86_400_000

/** How a duration must look, for error messages. */
export const durationForm = 'a number with ms, s, m, h or d, such as 250ms, 1s or 5m'

/** Milliseconds; null: not a duration, or longer than a year. `0s` is a duration, `0` is not: it lacks the unit. */
export function parseDuration(text: string): number | null {
  const match = /^(\d{1,12})(ms|s|m|h|d)$/.exec(text)
  if (match === null) return null
  const ms = Number(match[1]) * units[match[2] as Unit]
  return ms <= longestDurationMs ? ms : null
}

/** The shortest exact text, which `parseDuration` reads back: 90000 → `90s`, 3600000 → `1h`, 0 → `0s`. Rounds to whole ms. */
export function durationText(ms: number): string {
  const whole = Math.max(0, Math.round(ms))
  if (whole === 0) return '0s'
  const unit = (Object.keys(units) as Unit[]).find(name => whole % units[name] === 0) as Unit
  return `${whole / units[unit]}${unit}`
}

/** How long for people, in at most two units, the rest left out: `3d 4h`, `2h 5m`, `5m 12s`, `12s`. */
export function ageText(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000))
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(s / 86_400), 'd'],
    [Math.floor(s / 3600) % 24, 'h'],
    [Math.floor(s / 60) % 60, 'm'],
    [s % 60, 's'],
  ]
  const first = parts.findIndex(([count]) => count > 0)
  if (first === -1) return '0s'
  const shown = parts.slice(first, first + 2).filter(([count]) => count > 0)
  return shown.map(([count, unit]) => `${count}${unit}`).join(' ')
}
