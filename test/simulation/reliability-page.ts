import { readFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { compare, comparisonText } from './compare.ts'
import { compareWorkaround } from './compare-workaround.ts'
import type { PlanKind } from './plan.ts'
import { summaryText } from './report.ts'
import type { Summary } from './seeds.ts'
import { workaroundText } from './workaround-text.ts'

/** Histories that both live through, for the tables. */
const comparedSeeds = 500
const workaroundSeeds = 500

/** docs/reliability.md with what a run came to, and its date; what other runs have measured stays. */
export async function reliabilityPage(kind: PlanKind, sum: Summary): Promise<string> {
  const page = readFileSync('docs/reliability.md', 'utf8')
  return kind === 'pair'
    ? (await pairPart(sum)) + tailFrom(page, [bypassTitle, keepalivedTitle])
    : headBefore(page, [bypassTitle, keepalivedTitle]) +
        (await bypassPart(sum)) +
        tailFrom(page, [keepalivedTitle])
}

const bypassTitle = '\n## In front of a PBX\n'
const keepalivedTitle = '\n## Beside keepalived\n'

/** From the first of these titles that the page has on. */
function tailFrom(page: string, titles: readonly string[]): string {
  return page.slice(headBefore(page, titles).length)
}

function headBefore(page: string, titles: readonly string[]): string {
  const title = titles.find(each => page.includes(each))
  return title === undefined ? page : page.slice(0, page.indexOf(title))
}

async function bypassPart(sum: Summary): Promise<string> {
  const comparison = await compareWorkaround(numbers(workaroundSeeds))
  return `${bypassTitle}
Written by \`npm run simulate -- --site bypass --seeds ${sum.seeds} --report docs/reliability.md\` on ${today()}:
${machine()}. One server, \`[site] kind = bypass\`, on virtual devices with each way
in which a firmware may treat a trip:

\`\`\`
${summaryText(sum)}
\`\`\`

### Beside the workaround of the manuals

${workaroundText(comparison)}
`
}

async function pairPart(sum: Summary): Promise<string> {
  const comparison = await compare(numbers(comparedSeeds))
  return `# Reliability

Written by \`npm run simulate -- --seeds ${sum.seeds} --report docs/reliability.md\` on ${today()}:
${machine()}. What is held, and how, is in [testing.md](testing.md).

## Simulated histories

\`\`\`
${summaryText(sum)}
\`\`\`

Half of the sites are slow ones, with checks each minute to each twenty and all else in proportion, so that an hour of
theirs is quickly simulated; a quarter works at the pace of a real one, a quarter at a tenth of it.

## Beside the old rule

The same histories with what berofosd replaces: a cron job each minute, \`ping -c 3 -i 10\`, one answer is enough, failback
at once, relays set one after the other without read-back. What operators tell berofosd is left out, since the old rule
has nobody to hear it. Both have been at work for ten minutes when something happens first: a berofosd that was put up
beside a dead master moves nothing until somebody says so, since none of its checks has ever been up.

${comparisonText(comparison)}
`
}

function machine(): string {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
  return `berofosd ${version}, ${availableParallelism()} cores (${cpus()[0]?.model.trim()}), Node ${process.versions.node}`
}

function today(): string {
  return new Date().toISOString().slice(0, 10)
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, number) => number)
}
