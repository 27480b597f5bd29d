import { createTask } from 'node-cron'

/**
 * The only adapter of node-cron, which here only matches dates: its own timers stall and burst when the clock steps. What
 * it lacks of crontab(5) is added: days that are one or the other, and hours that a change of the clocks skips or repeats.
 */
export interface Dates {
  match(wall: number): boolean
  /** Whether a date may come on the day of this moment. */
  isDay(wall: number): boolean
  /** Whether a date may come between this moment and the end of the hour it is in. */
  isHour(wall: number): boolean
}

const shortcuts: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
}

/** Second, minute, hour, day, month and weekday of an expression that config/cron-expression.ts took. */
export function fieldsOf(expression: string): readonly string[] {
  const text = expression.trim()
  const fields = (shortcuts[text.toLowerCase()] ?? text).split(/\s+/)
  return fields.length === 5 ? ['0', ...fields] : fields
}

/** `paceMs`: how far apart two moments are that are asked for. Local time. */
export function datesOf(expression: string, paceMs: number): Dates {
  const [second = '0', minute = '*', hour = '*', day = '*', month = '*', weekday = '*'] = fieldsOf(expression)
  const times = matcherOf(`${second} ${minute} ${hour} * * *`)
  const days = daysOf(day, month, weekday).map(matcherOf)
  const isDay = (wall: number) => days.some(matches => matches(wall))
  const hours = hoursOf(hour)
  // cron(8): what is asked for by `*` goes on by the clock; only set times are moved or held to once.
  const isSetTime = !minute.startsWith('*') && !hour.startsWith('*')
  return {
    match: wall => {
      if (isSetTime && isRepeated(wall)) return false
      const isTime = times(wall) || (isSetTime && skippedBefore(wall, paceMs).some(times))
      return isTime && isDay(wall)
    },
    isDay,
    // In one in which the clocks are changed times come that others have.
    isHour: wall => hours(wall) || offsetMs(wall) !== offsetMs(wall - longestShiftMs),
  }
}

/** node-cron takes a tenth of a millisecond for each answer, so that each hour is asked for once. */
function hoursOf(field: string): (wall: number) => boolean {
  const matches = matcherOf(`* * ${field} * * *`)
  const known = new Map<number, boolean>()
  return wall => {
    const hour = new Date(wall).getHours()
    const isIt = known.get(hour) ?? matches(wall)
    known.set(hour, isIt)
    return isIt
  }
}

/** crontab(5): with both days restricted it is either of them; a day that begins with `*` is not restricted. */
function daysOf(day: string, month: string, weekday: string): string[] {
  const isRestricted = (field: string) => !/^[*?]/.test(field)
  if (!isRestricted(day) || !isRestricted(weekday)) return [`* * * ${day} ${month} ${weekday}`]
  return [`* * * ${day} ${month} *`, `* * * * ${month} ${weekday}`]
}

/**
 * Whether a moment is one of `second minute hour day month weekday`. Numbers, and steps of a time, are compared here:
 * node-cron asks Intl, which takes 8 MB from its first use on, and a tenth of a millisecond for each answer.
 */
function matcherOf(expression: string): (wall: number) => boolean {
  const plain = expression.split(' ').map(plainField)
  if (plain.includes(null)) return cronMatcher(expression)
  return wall => {
    const parts = partsOf(new Date(wall))
    return plain.every((matches, place) => matches?.(parts[place] as number))
  }
}

/** null: it is left to node-cron. */
function plainField(field: string, place: number): ((part: number) => boolean) | null {
  if (field === '*') return () => true
  // crontab(5): Sunday is 0 or 7.
  if (/^\d+$/.test(field)) return part => part === (place === 5 ? Number(field) % 7 : Number(field))
  const step = place < 3 ? /^\*\/(\d+)$/.exec(field)?.[1] : undefined
  return step === undefined ? null : part => part % Number(step) === 0
}

function partsOf(date: Date): readonly number[] {
  return [
    ...[date.getSeconds(), date.getMinutes(), date.getHours()],
    ...[date.getDate(), date.getMonth() + 1, date.getDay()],
  ]
}

/** node-cron keeps each task in a table of its own until it is destroyed; one that is goes on matching. */
function cronMatcher(expression: string): (wall: number) => boolean {
  const open = () => {
    const opened = createTask(expression, () => {})
    void opened.destroy()
    return opened
  }
  let task: ReturnType<typeof open> | null = null
  return wall => {
    task ??= open()
    return task.match(new Date(wall))
  }
}

/** cron(8): a change of the clocks by more than 3 h is another zone, not the summer's. */
const longestShiftMs = 3 * 3_600_000

/** Whether the clocks were set back and have shown this local time before. */
function isRepeated(wall: number): boolean {
  const earlier = offsetMs(wall - longestShiftMs)
  const shiftMs = earlier - offsetMs(wall)
  return shiftMs > 0 && offsetMs(wall - shiftMs) === earlier
}

/** The local times that the clocks have skipped right before this moment, as moments of the day before, which had them. */
function skippedBefore(wall: number, paceMs: number): number[] {
  const shiftMs = offsetMs(wall) - offsetMs(wall - paceMs)
  if (shiftMs <= 0 || shiftMs > longestShiftMs) return []
  const last = new Date(wall - paceMs)
  const dayBefore = new Date(last.getFullYear(), last.getMonth(), last.getDate() - 1, last.getHours())
  const from = dayBefore.getTime() + (last.getMinutes() * 60 + last.getSeconds()) * 1000
  return Array.from({ length: shiftMs / paceMs }, (_, index) => from + (index + 1) * paceMs)
}

/** By how much the local time is ahead of UTC. */
function offsetMs(wall: number): number {
  return -new Date(wall).getTimezoneOffset() * 60_000
}
