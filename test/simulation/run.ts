import { writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { toolOptions } from '../../src/build/tool-options.ts'
import { gridText, measureGrid } from './grid.ts'
import { type PlanKind, planOf } from './plan.ts'
import { reliabilityPage } from './reliability-page.ts'
import { badSeedText, summaryText, zone } from './report.ts'
import { runSeedsInParallel, type Summary } from './seeds.ts'
import { simulate } from './simulate.ts'
import { siteText } from './site-text.ts'

process.env.TZ = zone
const clearLine = process.stderr.isTTY ? '\r\x1b[K' : ''
// `… --trace | head`: nobody reads on.
process.stdout.on('error', () => process.exit(1))

const usage = `npm run simulate -- [OPTION …]
  --seeds 1000 [--from 0] [--jobs N]   many histories; those that fail are made short and printed
  --seed 7 [--trace]                   one history; --trace prints it, an event a line
  --site pair|bypass                   two servers, or one server in front of a PBX
  --grid                               what intervals and falls cost, as a table
  --json                               the summary of many as JSON
  --report FILE                        writes the page of docs/reliability.md, or its part of it`

const { values } = toolOptions(usage, {
  seeds: { type: 'string', default: '1000' },
  from: { type: 'string', default: '0' },
  seed: { type: 'string' },
  site: { type: 'string', default: 'pair' },
  trace: { type: 'boolean', default: false },
  jobs: { type: 'string', default: String(availableParallelism()) },
  json: { type: 'boolean', default: false },
  report: { type: 'string' },
  grid: { type: 'boolean', default: false },
})
const kind: PlanKind = values.site === 'bypass' ? 'bypass' : 'pair'
process.exitCode = values.grid
  ? await runGrid()
  : values.seed === undefined
    ? await runMany()
    : await runOne(Number(values.seed))

/** What intervals cost: the table of docs/operations.md. */
async function runGrid(): Promise<number> {
  const seeds = Array.from({ length: Number(values.seeds) }, (_, index) => Number(values.from) + index)
  const grid = await measureGrid(seeds, line => process.stderr.write(`${clearLine}${line}\n`))
  print(gridText(grid))
  return 0
}

async function runOne(seed: number): Promise<number> {
  const { violation, story, tally } = await simulate(planOf(seed, kind), { story: true })
  if (values.trace) print(`${siteText(planOf(seed, kind))}\n${story.join('\n')}`)
  if (violation && !values.trace) print(await badSeedText(planOf(seed, kind), { seed, ...violation }))
  const { failover = 0, failback = 0, failed = 0 } = tally.facts
  const counts = `failed probes: ${failed}, failovers: ${failover}, failbacks: ${failback}`
  if (!violation) print(`seed ${seed}: ${(tally.ms / 3_600_000).toFixed(1)} h, no violation; ${counts}`)
  return violation ? 1 : 0
}

async function runMany(): Promise<number> {
  const count = Number(values.seeds)
  const sum = await runSeedsInParallel({
    from: Number(values.from),
    count,
    kind,
    jobs: Number(values.jobs),
    told: progress(count),
  })
  process.stderr.write(clearLine)
  print(values.json ? JSON.stringify(sum) : summaryText(sum))
  if (values.report !== undefined) await writeFile(values.report, await reliabilityPage(kind, sum))
  for (const bad of sum.bad.slice(0, 3)) print(`\n${await badSeedText(planOf(bad.seed, kind), bad)}`)
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
