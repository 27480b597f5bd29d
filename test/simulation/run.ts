import { writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { planOf } from './plan.ts'
import { reliabilityPage } from './reliability-page.ts'
import { badSeedText, summaryText, zone } from './report.ts'
import { runSeedsInParallel, type Summary } from './seeds.ts'
import { simulate } from './simulate.ts'

// `npm run simulate -- --seeds 1000`: many histories; `--seed 7 --trace`: one, as a story.
process.env.TZ = zone
const clearLine = process.stderr.isTTY ? '\r\x1b[K' : ''
// `… --trace | head`: nobody reads on.
process.stdout.on('error', () => process.exit(1))

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '0' },
    seed: { type: 'string' },
    trace: { type: 'boolean', default: false },
    jobs: { type: 'string', default: String(availableParallelism()) },
    json: { type: 'boolean', default: false },
    report: { type: 'string' },
  },
})
process.exitCode = values.seed === undefined ? await runMany() : await runOne(Number(values.seed))

async function runOne(seed: number): Promise<number> {
  const { violation, story, tally } = await simulate(planOf(seed), { story: true })
  if (values.trace) print(story.join('\n'))
  if (violation && !values.trace) print(await badSeedText(planOf(seed), { seed, ...violation }))
  if (!violation) print(`seed ${seed}: ${(tally.ms / 3_600_000).toFixed(1)} h, no violation`)
  return violation ? 1 : 0
}

async function runMany(): Promise<number> {
  const count = Number(values.seeds)
  const sum = await runSeedsInParallel({
    from: Number(values.from),
    count,
    jobs: Number(values.jobs),
    told: progress(count),
  })
  process.stderr.write(clearLine)
  print(values.json ? JSON.stringify(sum) : summaryText(sum))
  if (values.report !== undefined) await writeFile(values.report, await reliabilityPage(sum))
  for (const bad of sum.bad.slice(0, 3)) print(`\n${await badSeedText(planOf(bad.seed), bad)}`)
  for (const { seed, invariant, text } of sum.bad.slice(3, 50)) print(`seed ${seed}: ${invariant}: ${text}`)
  return sum.bad.length > 0 ? 1 : 0
}

/** On a terminal over itself, else a line each 30 s; each seed that fails as soon as it is known. */
function progress(count: number): (sum: Summary) => void {
  let saidAt = 0
  let saidBad = 0
  return ({ seeds, bad, wallMs }) => {
    for (const { seed, invariant, text } of bad.slice(saidBad))
      process.stderr.write(`${clearLine}seed ${seed}: ${invariant}: ${text}\n`)
    saidBad = bad.length
    const line = `${seeds} of ${count} seeds, ${bad.length} violations, ${(wallMs / 1000).toFixed(0)} s`
    if (process.stderr.isTTY) process.stderr.write(`\r${line}\x1b[K`)
    else if (wallMs - saidAt > 30_000) {
      saidAt = wallMs
      process.stderr.write(`${line}\n`)
    }
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
