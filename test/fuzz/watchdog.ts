import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inputAt } from './series.ts'
import type { Find, Target, Targets } from './target.ts'
import { Thread } from './thread.ts'

/** What may stay behind after a series, however long: 84 bytes for each of 100 000 inputs. */
const mostGrowthBytes = 8 * 1024 * 1024
/** Beyond the limit of the input itself, for a machine that is busy. */
const usualPatienceMs = 10_000
/** After so many lost threads a series ends: each costs its patience twice. */
const mostLost = 5
/** After so many of different kinds a series ends. */
const mostFinds = 8

interface SeriesOrder {
  readonly seed: string
  readonly inputs: number
  /** Default 5. */
  readonly mostLost?: number
  /** How many inputs were tried so far; about ten times a second. */
  readonly onProgress?: (tried: number) => void
}

export interface SeriesOutcome {
  readonly inputs: number
  readonly seconds: number
  readonly longestMs: number
  /** Bytes that stayed behind. */
  readonly heapGrowth: number
  readonly finds: readonly Find[]
}

/** Runs inputs in a thread of their own, so that one that never ends, or takes all memory, can be named. */
export class Watchdog {
  readonly #module: string
  readonly #targets: Targets
  readonly #patienceMs: number
  #thread: Thread | null = null
  #directory: string | null = null

  /** `module`: the file that exports `targets`. */
  constructor(module: string, targets: Targets, patienceMs = usualPatienceMs) {
    this.#module = module
    this.#targets = targets
    this.#patienceMs = patienceMs
  }

  /** Tries so many inputs of a target; goes on behind an input that killed the thread. */
  async series(name: string, order: SeriesOrder): Promise<SeriesOutcome> {
    const { seed, inputs, onProgress } = order
    const target = this.#target(name)
    const startedAt = performance.now()
    const finds = new Map<string, Find>()
    const add = (input: Buffer | null, problem: string) => {
      const kind = kindOf(problem)
      if (finds.size < mostFinds && !finds.has(kind)) finds.set(kind, { target: name, input, problem })
    }
    let [from, longestMs, heapGrowth, lost] = [0, 0, 0, 0]
    while (from < inputs && finds.size < mostFinds && lost < (order.mostLost ?? mostLost)) {
      const thread = this.#running()
      const ended = await thread.give(
        { kind: 'series', target: name, seed, from, to: inputs },
        {
          patienceMs: this.#patienceOf(target),
          onFind: (index, problem) => add(inputAt(target, seed, index), problem),
          onLook: () => onProgress?.(from + thread.begun),
        },
      )
      if (typeof ended !== 'string') {
        if (ended.kind === 'done') ({ longestMs, heapGrowth } = ended)
        from = inputs
        break
      }
      lost += 1
      if (thread.begun === 0) throw new Error(`${name} can't be fuzzed: ${ended}`)
      from = Math.max(...(await this.#name(target, seed, thread, ended, add))) + 1
    }
    if (heapGrowth > mostGrowthBytes)
      add(null, `memory grew by ${Math.round(heapGrowth / 1024)} KiB over all inputs`)
    const seconds = (performance.now() - startedAt) / 1000
    return { inputs: from, seconds, longestMs, heapGrowth, finds: [...finds.values()] }
  }

  /** One input; null: all holds. */
  async try(name: string, input: Buffer): Promise<string | null> {
    const patienceMs = this.#patienceOf(this.#target(name))
    const ended = await this.#running().give({ kind: 'one', target: name, input }, { patienceMs })
    if (typeof ended === 'string') return ended
    return ended.kind === 'tried' ? ended.problem : null
  }

  async close(): Promise<void> {
    await this.#thread?.close()
    this.#thread = null
    if (this.#directory !== null) rmSync(this.#directory, { recursive: true, force: true })
    this.#directory = null
  }

  #running(): Thread {
    this.#directory ??= mkdtempSync(join(tmpdir(), 'fuzz-'))
    if (this.#thread === null || this.#thread.lost) this.#thread = new Thread(this.#module, this.#directory)
    return this.#thread
  }

  #target(name: string): Target {
    const target = this.#targets[name]
    if (!target) throw new Error(`no target is called ${name}: ${Object.keys(this.#targets).join(', ')}`)
    return target
  }

  #patienceOf(target: Target): number {
    return 3 * target.limitMs + this.#patienceMs
  }

  /** Finds out which of the inputs in its lanes killed a thread, and gives the numbers of all of them. */
  async #name(
    target: Target,
    seed: string,
    thread: Thread,
    ended: string,
    add: (input: Buffer, problem: string) => void,
  ): Promise<number[]> {
    const suspects = thread.lanes(target.lanes ?? 1)
    let named = false
    for (const index of suspects) {
      const input = inputAt(target, seed, index)
      const problem = await this.try(target.name, input)
      if (problem !== null) add(input, problem)
      named ||= problem !== null
    }
    const last = Math.max(...suspects)
    if (!named) add(inputAt(target, seed, last), `${ended}, about input ${last}, but not when tried alone`)
    return suspects
  }
}

/** The same words with other numbers and quotes are the same find. */
export function kindOf(problem: string): string {
  return problem
    .replace(/(["'`]).*?\1/g, '""')
    .replace(/\d+/g, 'N')
    .slice(0, 60)
}
