/** Times for people: local time, since they compare it with the clock on the wall. */

import { ageText } from './duration.ts'
import type { Moment } from './role.ts'

/** `2024-01-15 12:00:00`; of the same day as `nowWall` only `12:00:00`. */
export function timeText(wall: number, nowWall?: number): string {
  const time = clockText(wall)
  return nowWall !== undefined && dayText(nowWall) === dayText(wall) ? time : `${dayText(wall)} ${time}`
}

/** The same from ISO 8601; what is not a time is left as it is. */
export function isoTimeText(iso: string, nowIso?: string): string {
  const wall = Date.parse(iso)
  if (Number.isNaN(wall)) return iso
  return timeText(wall, nowIso === undefined ? undefined : Date.parse(nowIso))
}

/** What the clock on the wall shows at a moment of the monotonic clock, unless it is set meanwhile. */
export function wallAt(mono: number, now: Moment): number {
  return now.wall + mono - now.mono
}

/** `12:00:05, in 5s`, never less than a second; a moment that is past is about to come. */
export function momentText(mono: number, now: Moment): string {
  const at = Math.max(mono, now.mono)
  return `${timeText(wallAt(at, now), now.wall)}, ${inText(at - now.mono)}`
}

/** `in 46m`: at least a second, and never less than what is left. */
export function inText(ms: number): string {
  return `in ${ageText(Math.max(1000, Math.ceil(ms / 1000) * 1000))}`
}

const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const

/** `today 02:00`, `tomorrow 02:00`, `Sunday 02:00`, from a week on `2024-01-15 02:00`. */
export function dayAndTimeText(wall: number, nowWall: number): string {
  const time = clockText(wall).replace(/:00$/, '')
  const days = daysBetween(nowWall, wall)
  if (days < 0 || days > 6) return `${dayText(wall)} ${time}`
  const day = ['today', 'tomorrow'][days] ?? weekdays[new Date(wall).getDay()]
  return `${day} ${time}`
}

/** So many midnights lie between the two; a day may have 23 or 25 hours. */
function daysBetween(from: number, to: number): number {
  const noon = (wall: number) => new Date(wall).setHours(12, 0, 0, 0)
  return Math.round((noon(to) - noon(from)) / 86_400_000)
}

function dayText(wall: number): string {
  const date = new Date(wall)
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

function clockText(wall: number): string {
  const date = new Date(wall)
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
}

function two(number: number): string {
  return String(number).padStart(2, '0')
}
