import { createTask } from 'node-cron'
import type { Clock } from '../system/clock.ts'

/** The only door to node-cron, which here only tells dates: its own timers stall and burst when the clock steps. */

const lookMs = 1000
/** Clocks that part by more than this were set, not slewed. */
const stepMs = 30_000

/**
 * Calls `run` at each date of the cron expression, local time. A clock that is set back or forward neither stalls
 * nor bursts: the next date is told anew.
 */
export function schedule(expression: string, clock: Clock, run: () => void): { stop(): void } {
  const dates = createTask(expression, () => {})
  const offset = () => clock.wall() - clock.mono()
  let known = offset()
  let next = nextDate(dates)
  const look = () => {
    const stepped = Math.abs(offset() - known) > stepMs
    known = offset()
    const due = !stepped && next !== null && clock.wall() >= next
    if (due || stepped) next = nextDate(dates)
    if (due) run()
    timer = clock.after(lookMs, look)
  }
  let timer = clock.after(lookMs, look)
  return { stop: () => timer.cancel() }
}

/** How long a window that opens at these dates and lasts `lengthMs` is still open; 0: it is closed. Looks back a day. */
export function openForMs(expression: string, lengthMs: number, wall: number): number {
  const dates = createTask(expression, () => {})
  const minuteMs = 60_000
  const thisMinute = wall - (wall % minuteMs)
  const minutes = Math.min(1440, Math.ceil(lengthMs / minuteMs))
  for (let back = 0; back <= minutes; back++) {
    const opened = thisMinute - back * minuteMs
    if (dates.match(new Date(opened)) && wall < opened + lengthMs) return opened + lengthMs - wall
  }
  return 0
}

function nextDate(dates: ReturnType<typeof createTask>): number | null {
  return dates.getNextRuns(1)[0]?.getTime() ?? null
}
