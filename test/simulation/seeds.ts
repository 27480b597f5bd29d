import { type ChildProcess, fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundleWorker, type Patch } from './bundle.ts'
import { type PlanKind, planOf } from './plan.ts'
import { simulate, type Violation } from './simulate.ts'

/** What many histories came to. */
export interface Summary {
  readonly seeds: number
  readonly simulatedMs: number
  /** Of one core: the sum over all workers. */
  readonly workMs: number
  readonly wallMs: number
  readonly facts: Readonly<Record<string, number>>
  readonly steps: number
  readonly bad: readonly BadSeed[]
}
export interface BadSeed extends Violation {
  readonly seed: number
}

/** One share of the work: these seeds, one after the other. */
export async function runSeeds(seeds: readonly number[], kind: PlanKind): Promise<Summary> {
  const begun = performance.now()
  const facts: Record<string, number> = {}
  const bad: BadSeed[] = []
  let [simulatedMs, steps] = [0, 0]
  for (const seed of seeds) {
    const { violation, tally } = await simulate(planOf(seed, kind))
    simulatedMs += tally.ms
    steps += tally.steps
    for (const [name, count] of Object.entries(tally.facts)) facts[name] = (facts[name] ?? 0) + count
    if (violation) bad.push({ seed, ...violation })
  }
  const tookMs = performance.now() - begun
  return { seeds: seeds.length, simulatedMs, steps, workMs: tookMs, wallMs: tookMs, facts, bad }
}

/** Adds up two shares. */
export function add(a: Summary, b: Summary): Summary {
  const names = new Set([...Object.keys(a.facts), ...Object.keys(b.facts)])
  return {
    seeds: a.seeds + b.seeds,
    simulatedMs: a.simulatedMs + b.simulatedMs,
    steps: a.steps + b.steps,
    workMs: a.workMs + b.workMs,
    wallMs: a.wallMs,
    facts: Object.fromEntries([...names].map(name => [name, (a.facts[name] ?? 0) + (b.facts[name] ?? 0)])),
    bad: [...a.bad, ...b.bad],
  }
}

const nothing: Summary = { seeds: 0, simulatedMs: 0, steps: 0, workMs: 0, wallMs: 0, facts: {}, bad: [] }
/** Seeds that one worker gets at a time. */
const shareSize = 50

interface Work {
  readonly from: number
  readonly count: number
  /** Default pair. */
  readonly kind?: PlanKind
  /** Processes. */
  readonly jobs: number
  /** Changes to the sources before they run. */
  readonly patches?: readonly Patch[]
  /** No more shares are begun after the first violation. */
  readonly untilBad?: boolean
  /** Hears of the sum so far after each share. */
  readonly told?: (sum: Summary) => void
}

export async function runSeedsInParallel(work: Work): Promise<Summary> {
  const { from, count, jobs, kind = 'pair', patches = [], untilBad = false, told = () => {} } = work
  const begun = performance.now()
  let next = from
  let sum = nothing
  const share = () => {
    const enough = untilBad && sum.bad.length > 0
    const size = enough ? 0 : Math.min(untilBad ? 10 : shareSize, from + count - next)
    next += size
    return Array.from({ length: size }, (_, index) => next - size + index)
  }
  const feed = (worker: ChildProcess) =>
    new Promise<void>((resolve, reject) => {
      const give = () => {
        const seeds = share()
        if (seeds.length > 0) worker.send({ seeds, kind })
        else worker.disconnect()
      }
      worker.on('message', done => {
        sum = { ...add(sum, done as Summary), wallMs: performance.now() - begun }
        told(sum)
        give()
      })
      worker.on('exit', code => (code === 0 ? resolve() : reject(new Error(`a worker ended with ${code}`))))
      give()
    })
  const directory = await mkdtemp(join(tmpdir(), 'berofosd-simulation-'))
  try {
    const program = await bundleWorker(directory, patches)
    await Promise.all(Array.from({ length: jobs }, () => feed(fork(program, { execArgv: [] }))))
  } finally {
    await rm(directory, { recursive: true })
  }
  return sum
}
