import { readFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { compare, comparisonText } from './compare.ts'
import { summaryText } from './report.ts'
import type { Summary } from './seeds.ts'

/** Histories that the old rule and berofosd are asked to live through, for the table. */
const comparedSeeds = 500

/** docs/reliability.md: what a run came to, with its date. */
export async function reliabilityPage(sum: Summary): Promise<string> {
  const comparison = await compare(Array.from({ length: comparedSeeds }, (_, seed) => seed))
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
  const machine = `${availableParallelism()} cores (${cpus()[0]?.model.trim()}), Node ${process.versions.node}`
  const today = new Date().toISOString().slice(0, 10)
  return `# Reliability

Written by \`npm run simulate -- --seeds ${sum.seeds} --report docs/reliability.md\` on ${today}:
berofosd ${version}, ${machine}. What is held, and how, is in [testing.md](testing.md).

## Simulated histories

\`\`\`
${summaryText(sum)}
\`\`\`

Half of the sites are slow ones, with checks each minute to each twenty and all else in proportion, so that an hour of
theirs is quickly simulated; a quarter works at the pace of a real one, a quarter at a tenth of it.

## Beside the old rule

The same histories with what berofosd replaces: a cron job each minute, \`ping -c 3 -i 10\`, one answer is enough, failback
at once, relays set one after the other without read-back.

${comparisonText(comparison)}
`
}
