/** Times for people: local time, since they compare it with the clock on the wall. */

/** `2024-01-15 12:00:00`; of the same day as `nowWall` only `12:00:00`. */
export function timeText(wall: number, nowWall?: number): string {
  const time = clockText(wall)
  return nowWall !== undefined && dayText(nowWall) === dayText(wall) ? time : `${dayText(wall)} ${time}`
}

/** The same from ISO 8601; what is no time stands as it is. */
export function isoTimeText(iso: string, nowIso?: string): string {
  const wall = Date.parse(iso)
  if (Number.isNaN(wall)) return iso
  return timeText(wall, nowIso === undefined ? undefined : Date.parse(nowIso))
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
