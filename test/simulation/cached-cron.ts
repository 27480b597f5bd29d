import * as cron from 'node-cron-itself'

interface Task {
  match(date: Date): boolean
  destroy(): void | Promise<void>
}

/** Expression → second of the day → answer. */
const known = new Map<string, Map<number, boolean>>()

/**
 * node-cron for the bundle of the simulation: what an expression without days says of a time of day is asked once, not
 * at each of the hundred thousands of days.
 */
export function createTask(expression: string, run: () => void): Task {
  const task = cron.createTask(expression, run)
  if (!expression.trim().endsWith('* * *')) return task
  const answers = known.get(expression) ?? new Map<number, boolean>()
  known.set(expression, answers)
  return {
    destroy: () => task.destroy(),
    match(date) {
      const second = (date.getHours() * 60 + date.getMinutes()) * 60 + date.getSeconds()
      const answer = answers.get(second) ?? task.match(date)
      answers.set(second, answer)
      return answer
    },
  }
}
