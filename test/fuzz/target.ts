import type { Random } from '../helpers/random.ts'

/** One thing of the program that takes foreign bytes. */
export interface Target {
  readonly name: string
  /** What must hold for every input, in a few words. */
  readonly holds: string
  /** Samples that are valid, or nearly. */
  readonly seeds: readonly Buffer[]
  /** What the grammar is made of; thrown into inputs. */
  readonly words: readonly string[]
  /** Makes an input after the grammar, for what no mutation of a sample reaches. */
  readonly generate?: (random: Random) => Buffer
  /** Only one in so many of the inputs asked for, since each takes sockets or a deadline; default 1. */
  readonly oneIn?: number
  /** So many inputs at a time; default 1. */
  readonly lanes?: number
  /** No input may take longer. */
  readonly limitMs: number
  open(): Opened | Promise<Opened>
}

export interface Opened {
  /** Throws when something does not hold. All that it chooses, it chooses by the input. */
  run(input: Buffer): void | Promise<void>
  /** Leaves nothing open. */
  close?(): Promise<void>
}

/** What was wrong with one input. */
export interface Find {
  readonly target: string
  /** null: none in particular. */
  readonly input: Buffer | null
  /** One line. */
  readonly problem: string
}

export type Targets = Readonly<Record<string, Target>>
