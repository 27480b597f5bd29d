import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { toolOptions } from '../../src/build/tool-options.ts'
import { type Mutant, mutantsOf } from './mutators.ts'
import { type Plan, planTrials } from './plan.ts'
import { changeText, reportOf, type Tried } from './report.ts'
import { explained } from './survivors.ts'
import { tryMutant } from './trial.ts'

const usage = `npm run mutants -- [--file PART] [--only N] [--quick] [--list] [--verbose]
  --file PART   only source files whose path contains PART
  --only N      only mutant number N of those, and which test kills it
  --quick       without the exhaustive tests, which take seconds: more survive
  --list        print the mutants with their numbers and try none
  --verbose     print what kills each`

const { values: options } = toolOptions(usage, {
  file: { type: 'string', default: '' },
  only: { type: 'string' },
  quick: { type: 'boolean', default: false },
  list: { type: 'boolean', default: false },
  verbose: { type: 'boolean', default: false },
})

// Where packages are found from.
mkdirSync('node_modules/.cache', { recursive: true })
const directory = mkdtempSync(join('node_modules/.cache', 'mutants-'))
process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
process.exitCode = (await main(directory)) ? 0 : 1

async function main(directory: string): Promise<boolean> {
  const plans = await planTrials(options.file, directory, options.quick)
  const planOf = new Map(plans.map(plan => [plan.file, plan]))
  const jobs = mutantsOf([...planOf.keys()])
    .map((mutant, index) => ({ mutant, plan: planOf.get(mutant.file) as Plan, number: index + 1 }))
    .filter(({ number }) => options.only === undefined || number === Number(options.only))
  if (options.list) {
    for (const { number, mutant } of jobs) console.log(`${number} ${nameOf(mutant)}`)
    return true
  }
  console.log(`${jobs.length} mutants, ${availableParallelism()} at a time`)
  const tried = await tryAll(jobs, directory)
  const report = reportOf(tried, explained, options.only === undefined && !options.quick)
  console.log(report.text)
  return report.ok
}

interface Job {
  readonly plan: Plan
  readonly mutant: Mutant
  readonly number: number
}

/** An endless loop is told from a busy machine by this much. */
function timeoutOf({ ms }: Plan): number {
  return 10_000 + 5 * ms
}

async function tryAll(jobs: readonly Job[], directory: string): Promise<Tried[]> {
  const tried: Tried[] = []
  const waiting = [...jobs]
  const start = performance.now()
  let said = start
  const work = async () => {
    for (let job = waiting.shift(); job; job = waiting.shift()) {
      const { plan, mutant, number } = job
      const trial = await tryMutant(plan.tests, mutant, directory, String(number), timeoutOf(plan))
      tried.push({ mutant, trial })
      const isNews = options.verbose || trial.fate !== 'killed'
      if (isNews || options.only) console.log(`${number} ${trial.fate}: ${nameOf(mutant)}${by(trial.by)}`)
      if (performance.now() - said > 10_000) {
        said = performance.now()
        const seconds = Math.round((said - start) / 1000)
        console.log(`${tried.length} of ${jobs.length} in ${seconds} s`)
      }
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  const order = new Map(jobs.map(({ mutant, number }) => [mutant, number]))
  return tried.sort((a, b) => (order.get(a.mutant) ?? 0) - (order.get(b.mutant) ?? 0))
}

function nameOf({ file, line, was, now }: Mutant): string {
  return `${file}:${line}: ${changeText(was, now)}`
}

function by(text: string): string {
  return text ? `\n    ${text.split('\n')[0]}` : ''
}
