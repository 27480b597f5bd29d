import type { Clock } from '../system/clock.ts'
import { type Dates, datesOf, fieldsOf } from './cron-dates.ts'

/** Looks that are further apart than this on the wall clock: it was set. The dates between are not made up for. */
const stepMs = 120_000

/**
 * Calls `run` at each date of the cron expression, local time. A clock that is set back or forward neither stalls
 * nor bursts. Who keeps something that the dates opened wants to know of that: `stepped` is called within a second of
 * it, in place of `run`, and also when this process stood still for so long.
 */
export function schedule(
  expression: string,
  clock: Clock,
  run: () => void,
  stepped?: () => void,
): { stop(): void } {
  const paceMs = paceOf(expression)
  const dates = datesOf(expression, paceMs)
  const lookEveryMs = stepped ? 1000 : paceMs
  const lookAgain = () => clock.after(lookEveryMs - (clock.wall() % lookEveryMs), look)
  let known = whole(clock.wall(), paceMs)
  const look = () => {
    const now = whole(clock.wall(), paceMs)
    const wasSet = Math.abs(now - known) > stepMs
    const due = !wasSet && matchesBetween(dates, known, now, paceMs)
    // A clock that is slewed back a second must not run a date twice.
    if (now > known || wasSet) known = now
    if (wasSet) stepped?.()
    if (due) run()
    timer = lookAgain()
  }
  let timer = lookAgain()
  return { stop: () => timer.cancel() }
}

/**
 * How far apart what may be a date is. Without seconds, or at second 0 only, all dates are whole minutes: no zone of
 * today differs.
 */
function paceOf(expression: string): number {
  return /^0+$/.test(fieldsOf(expression)[0] ?? '') ? 60_000 : 1000
}

/** Looking back over it takes some 150 ms, once at a start and when the clock was set. */
const minutesOfAWeek = 7 * 1440

/**
 * How long a window that opens at these dates and lasts `lengthMs` is still open; 0: it is closed. Looks back a week,
 * minute by minute: seconds in the expression are left out of account.
 */
export function openForMs(expression: string, lengthMs: number, wall: number): number {
  const minuteMs = 60_000
  const dates = datesOf(fieldsOf(expression).slice(-5).join(' '), minuteMs)
  const thisMinute = wall - (wall % minuteMs)
  const minutes = Math.min(minutesOfAWeek, Math.ceil(lengthMs / minuteMs))
  for (let back = 0; back <= minutes; back++) {
    const opened = thisMinute - back * minuteMs
    if (dates.match(opened) && wall < opened + lengthMs) return opened + lengthMs - wall
  }
  return 0
}

/** A window that opens on a 29 February may be eight years away. */
const mostDays = 8 * 366

/**
 * The next whole minute after `wall` at which these dates come; null: none does. Looks at days first, then at hours, then
 * at minutes: that takes up to 10 ms, in which nothing else is done.
 */
export function nextDate(expression: string, wall: number): number | null {
  const minuteMs = 60_000
  const { isDay, isHour, match } = datesOf(fieldsOf(expression).slice(-5).join(' '), minuteMs)
  const after = whole(wall, minuteMs) + minuteMs
  let day = after
  for (let days = 0; days < mostDays; days++) {
    const end = new Date(day).setHours(24, 0, 0, 0)
    const found = isDay(day) ? firstOf(day, end) : null
    if (found !== null) return found
    day = end
  }
  return null

  function firstOf(from: number, end: number): number | null {
    for (let part = from; part < end; part = whole(part, quarterMs) + quarterMs)
      if (isHour(part))
        for (let at = part; at < whole(part, quarterMs) + quarterMs; at += minuteMs) if (match(at)) return at
    return null
  }
}

/** The same, looked for only once until that date is past, or the clock is set back. */
export function rememberedNextDate(): typeof nextDate {
  let known = { expression: '', from: 0, date: null as number | null }
  return (expression, wall) => {
    const isAhead = known.date === null || (wall >= known.from && wall < known.date)
    const holds = expression === known.expression && isAhead
    if (!holds) known = { expression, from: wall, date: nextDate(expression, wall) }
    return known.date
  }
}

/** Within it the local hour is the same: the zones of today differ by whole quarters. */
const quarterMs = 900_000

function matchesBetween(dates: Dates, after: number, upTo: number, paceMs: number): boolean {
  for (let at = after + paceMs; at <= upTo; at += paceMs) if (dates.match(at)) return true
  return false
}

function whole(wall: number, unitMs: number): number {
  return wall - (wall % unitMs)
}
