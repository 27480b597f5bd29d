import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Random } from '../helpers/random.ts'
import { inputOf } from './mutate.ts'
import type { Opened, Target } from './target.ts'

/** How often a slow input is tried again: a busy machine is slow now and then, a bad regex each time. */
const secondLooks = 2
/** Where memory is measured first: by then everything is compiled and every cache is full. */
const warmInputs = 2000

interface SeriesOptions {
  readonly seed: string
  readonly from: number
  readonly to: number
  /** An input is about to be tried. */
  readonly onInput: (lane: number, index: number) => void
  readonly onFind: (index: number, problem: string) => void
}

export interface SeriesResult {
  readonly longestMs: number
  readonly heapGrowth: number
}

/** The input of this number, of a target. */
export function inputAt(target: Target, seed: string, index: number): Buffer {
  return inputOf(target, new Random(`${seed} ${target.name} ${index}`))
}

/** Tries inputs one after the other, or as many at a time as the target has lanes. */
export async function trySeries(
  target: Target,
  opened: Opened,
  options: SeriesOptions,
): Promise<SeriesResult> {
  const { seed, from, to, onInput, onFind } = options
  let next = from
  let longestMs = 0
  let warmBytes: number | null = null
  const lane = async (number: number) => {
    while (next < to) {
      const index = next++
      if (index === from + warmInputs) warmBytes = usedBytes()
      onInput(number, index)
      const { problem, ms } = await tryInput(target, opened, inputAt(target, seed, index))
      longestMs = Math.max(longestMs, ms)
      if (problem !== null) onFind(index, problem)
    }
  }
  await Promise.all(Array.from({ length: target.lanes ?? 1 }, (_, number) => lane(number)))
  return { longestMs, heapGrowth: warmBytes === null ? 0 : usedBytes() - warmBytes }
}

/** Tries one input; `problem` null: all holds. */
export async function tryInput(target: Target, opened: Opened, input: Buffer) {
  let { problem, ms } = await timed(opened, input)
  for (let look = 0; look < secondLooks && problem === null && ms > target.limitMs; look++)
    ({ problem, ms } = await timed(opened, input))
  if (problem === null && ms > target.limitMs)
    problem = `takes ${Math.round(ms)} ms, which is more than ${target.limitMs} ms`
  return { problem, ms }
}

async function timed(opened: Opened, input: Buffer): Promise<{ problem: string | null; ms: number }> {
  const startedAt = performance.now()
  let problem: string | null = null
  try {
    const running = opened.run(input)
    if (running) await running
  } catch (error) {
    problem = problemOf(error)
  }
  return { problem, ms: performance.now() - startedAt }
}

/** What was thrown and where in src it came from, in one line. */
export function problemOf(error: unknown): string {
  if (!(error instanceof Error)) return `throws ${String(error)}`
  const place = /\/(src\/\S+?):(\d+)/.exec(error.stack ?? '')
  const what = error.message.split('\n').slice(0, 12).join(' ').replace(/\s+/g, ' ').slice(0, 300)
  return place ? `${error.name} at ${place[1]}:${place[2]}: ${what}` : what
}

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

function usedBytes(): number {
  collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
