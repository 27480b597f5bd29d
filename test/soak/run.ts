import { toolOptions } from '../../src/build/tool-options.ts'
import { durationForm, parseDuration } from '../../src/core/duration.ts'
import { commandOf, jsonOf, progressLine, tableOf, violationLines } from './report.ts'
import { soak } from './soak.ts'
import { storyOf } from './story.ts'

const usage = `npm run soak -- [--for 5m] [--seed N] [--json] [--keep-going]

The built daemon on real sockets, under random faults, kill -9 and operators, for so long. Ends with 1 when an
invariant did not hold, and tells what led to it. The schedule repeats with the seed; what sockets and a
machine's other work make of it does not.
`

const { values } = toolOptions(usage, {
  for: { type: 'string', default: '5m' },
  seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  json: { type: 'boolean', default: false },
  'keep-going': { type: 'boolean', default: false },
})
const forMs = parseDuration(values.for)
const seed = Number(values.seed)
if (forMs === null || !Number.isInteger(seed)) {
  if (forMs === null) console.error(`soak: --for ${values.for}: expected ${durationForm}`)
  console.error(usage)
  process.exitCode = 2
} else await run(forMs)

async function run(forMs: number): Promise<void> {
  const ended = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.abort())
  const again = commandOf(forMs, seed)
  let violations = 0
  console.error(again)
  const result = await soak({
    forMs,
    seed,
    ended: ended.signal,
    keepGoing: values['keep-going'],
    progress: (tally, elapsedMs, phase) =>
      console.error(progressLine(tally, elapsedMs, forMs, phase, violations)),
    violated(found, happenings) {
      violations += 1
      for (const line of violationLines(found, storyOf(happenings, found.at), again)) console.error(line)
    },
  })
  if (values.json) console.log(JSON.stringify(jsonOf(result, seed)))
  else for (const line of tableOf(result)) console.log(line)
  process.exitCode = violations === 0 ? 0 : 1
}
