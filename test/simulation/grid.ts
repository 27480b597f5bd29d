import { worstCaseDetectionMs } from '../../src/core/worst-case.ts'
import { measure, siteKinds } from './compare.ts'
import { hours, seconds, share, sumOf } from './comparison-text.ts'
import { addMeasures, type Measures, nothingMeasured } from './measures.ts'
import { planOf } from './plan.ts'
import type { SiteCheck } from './site.ts'

/** How the ping check of a site is set, and what came of it over the same histories. */
interface GridPoint {
  readonly check: SiteCheck
  readonly measures: Measures
}

interface Grid {
  readonly histories: number
  /** Of one point. */
  readonly simulatedMs: number
  readonly points: readonly GridPoint[]
}

/** The first is the default. */
const settings: readonly Pick<SiteCheck, 'intervalS' | 'fastMs' | 'fall'>[] = [
  { intervalS: 1, fall: 5 },
  ...[3, 8].map(fall => ({ intervalS: 1, fall })),
  ...[500, 300].flatMap(fastMs => [3, 5, 8].map(fall => ({ intervalS: 1, fastMs, fall }))),
  ...[3, 5].map(fall => ({ intervalS: 2, fall })),
  ...[500, 300].flatMap(fastMs => [5, 8].map(fall => ({ intervalS: 2, fastMs, fall }))),
]

/** Lets sites with default settings live through the same histories with each setting of their ping check. */
export async function measureGrid(seeds: Iterable<number>, told: (line: string) => void): Promise<Grid> {
  const plans = [...seeds].map(seed => planOf(seed, 'pair', { rare: false })).filter(({ pace }) => pace === 1)
  const points: GridPoint[] = []
  let simulatedMs = 0
  for (const setting of settings) {
    let measures = nothingMeasured
    simulatedMs = 0
    for (const plan of plans.map(siteKinds.shipped)) {
      const checks = plan.site.checks.map(each => (each.type === 'ping' ? { ...each, ...setting } : each))
      const one = await measure({ ...plan, site: { ...plan.site, checks } }, null)
      measures = addMeasures(measures, one.measures)
      simulatedMs += one.simulatedMs
    }
    const check = { ...pingOf(plans.map(siteKinds.shipped)[0]?.site.checks ?? []), ...setting }
    points.push({ check, measures })
    told(`${points.length} of ${settings.length} settings`)
  }
  return { histories: plans.length, simulatedMs, points }
}

function pingOf(checks: readonly SiteCheck[]): SiteCheck {
  const ping = checks.find(({ type }) => type === 'ping')
  if (!ping) throw new Error('a default site without a ping check')
  return ping
}

/** A table of at most 80 columns, as Markdown. */
export function gridText({ histories, simulatedMs, points }: Grid): string {
  return [
    `${histories} histories of ${hours(simulatedMs)} h in all, the same for each row. The first row is the default.`,
    '',
    '| interval |   fast | fall | printed | median |   worst | needless | cut |',
    '|---------:|-------:|-----:|--------:|-------:|--------:|---------:|----:|',
    ...points.map(rowOf),
  ].join('\n')
}

function rowOf({ check, measures }: GridPoint): string {
  const { intervalS, fastMs, timeoutS, fall, type } = check
  const printed = worstCaseDetectionMs({
    ...{ type, fall, intervalMs: intervalS * 1000, timeoutMs: timeoutS * 1000 },
    ...(fastMs !== undefined && { fastIntervalMs: fastMs }),
  })
  const cells = [
    `${intervalS} s`.padStart(8),
    (fastMs === undefined ? '–' : `${fastMs} ms`).padStart(6),
    String(fall).padStart(4),
    `${(printed / 1000).toFixed(2)} s`.padStart(7),
    `${seconds(share(measures.leftMs.silent, 0.5))} s`.padStart(6),
    `${seconds(share(measures.leftMs.silent, 1))} s`.padStart(7),
    String(sumOf(measures.needless)).padStart(8),
    String(measures.cut).padStart(3),
  ]
  return `| ${cells.join(' | ')} |`
}
