import { needsSystem } from '../../booted/helpers/requirements.ts'
import { type Figure, median } from '../report.ts'
import { berofosdOf, printedWorstCaseMs } from './berofosd.ts'
import type { Contender } from './contender.ts'
import { keepalivedOf } from './keepalived.ts'
import { priorities } from './keepalived-conf.ts'
import { raceOnce, type Times } from './race.ts'
import { onSite, type RaceSite, relayCount, release } from './site.ts'
import { type Results, seconds, tableLines } from './table.ts'

const names = {
  usual: 'berofosd, default',
  hurried: 'berofosd, 1 s, then 300 ms',
  fast: 'berofosd, 100 ms/3',
  keepalivedUsual: 'keepalived 1 s, bnfos',
  keepalivedFast: 'keepalived 0.1 s, bnfos',
  shellUsual: 'keepalived 1 s, shell',
  shellFast: 'keepalived 0.1 s, shell',
} as const
type Name = (typeof names)[keyof typeof names]

/** Ours, theirs, and how many times theirs ours may be until the lines have moved and until that is known; null: shown only. */
const pairs: readonly (readonly [Name, Name, { moved: number; confirmed: number } | null])[] = [
  [names.fast, names.shellFast, { moved: 1, confirmed: 1.1 }],
  [names.fast, names.keepalivedFast, { moved: 1, confirmed: 1 }],
  [names.hurried, names.shellUsual, null],
  [names.usual, names.shellUsual, null],
  [names.usual, names.keepalivedUsual, null],
]

/**
 * From the cut of the master's link to all relays at the slave and confirmed, under a real systemd, beside keepalived
 * in the same namespaces. Takes root, and some 80 s a run.
 */
export async function benchFailover(runs: number): Promise<Figure[]> {
  const missing = needsSystem()
  if (missing) throw new Error(`keepalived: ${missing}`)
  const tell = (text: string) => console.log(`.. ${text}`)
  return onSite(tell, async site => {
    await printSetting(site)
    const worstCaseMs = await printedWorstCaseMs(site.slave)
    const results = await raceAll(site, runs, tell)
    for (const line of tableLines(results)) console.log(line)
    return figuresOf(results, worstCaseMs)
  })
}

/** In turn, so that whatever else this machine does meets all alike. */
async function raceAll(site: RaceSite, runs: number, tell: (text: string) => void): Promise<Results> {
  const results = new Map<string, Times[]>()
  for (let run = 0; run < runs; run++)
    for (const contender of contendersOn(site)) {
      const times = await raceOnce(site.slave, contender, run)
      results.set(contender.name, [...(results.get(contender.name) ?? []), times])
      const { foundMs, movedMs, confirmedMs } = times
      const moments = `found ${seconds(foundMs)} moved ${seconds(movedMs)} confirmed ${seconds(confirmedMs)}`
      tell(`${run + 1}/${runs} ${contender.name}: ${moments}`)
    }
  return results
}

function contendersOn(site: RaceSite): Contender[] {
  const { slave } = site
  // As many and as often missed as keepalived's adverts; how long an answer may take is nothing that it knows of.
  const check = { interval: '100ms', timeout: '30ms', fall: 3, rise: 3 }
  const hurried = { interval: '1s', timeout: '1s', fall: 5, rise: 5, fast_interval: '300ms' }
  const usually = { advertSeconds: 1, version3: false }
  const often = { advertSeconds: 0.1, version3: true }
  return [
    berofosdOf(slave, { name: names.usual, intervalMs: 1000, check: null }),
    berofosdOf(slave, { name: names.hurried, intervalMs: 1000, check: hurried }),
    berofosdOf(slave, { name: names.fast, intervalMs: 100, check }),
    keepalivedOf(site, names.keepalivedUsual, usually, 'bnfos'),
    keepalivedOf(site, names.keepalivedFast, often, 'bnfos'),
    keepalivedOf(site, names.shellUsual, usually, 'shell'),
    keepalivedOf(site, names.shellFast, often, 'shell'),
  ]
}

async function printSetting({ slave }: RaceSite): Promise<void> {
  const keepalived = (await slave.must(['dpkg-query', '--show', 'keepalived'])).trim().replace('\t', ' ')
  console.log(`${release.name}, systemd, ${relayCount} virtual berofos, the master's link cut at the bridge`)
  console.log(`${keepalived}: priorities ${priorities.master} and ${priorities.slave}; its notify`)
  console.log(`script tells all ${relayCount} at the same time: bnfos, 'bnfos --set mode=N -f fosX' for`)
  console.log(`each; shell, a plain request by /dev/tcp for each, whose 200 it waits for`)
}

function figuresOf(results: Results, worstCaseMs: number): Figure[] {
  const of = (name: Name) => results.get(name) ?? []
  const usual = of(names.usual)
  const worst = Math.max(...usual.map(({ confirmedMs }) => confirmedMs))
  const late = usual.filter(({ confirmedMs }) => confirmedMs > worstCaseMs).length
  const ratios = pairs.map(([ours, theirs, limit]): Figure => {
    const ratio = (key: keyof Times) => medianOf(of(ours), key) / medianOf(of(theirs), key)
    const moved = ratio('movedMs')
    const confirmed = ratio('confirmedMs')
    return {
      name: `${ours}: link cut to ${relayCount} relays moved`,
      value: `${moved.toFixed(2)} times ${theirs}`,
      limit:
        limit === null ? 'none' : `${limit.moved} times, read back ${limit.confirmed} times its answered`,
      holds: limit === null || (moved <= limit.moved && confirmed <= limit.confirmed),
      ratio: `read back: ${confirmed.toFixed(2)} times its answered; found: ${ratio('foundMs').toFixed(2)} times`,
    }
  })
  return [
    ...ratios,
    {
      name: `${names.usual}: link cut to ${relayCount} relays confirmed`,
      value: `worst ${seconds(worst)} s, ${late} of ${usual.length} late`,
      limit: `${worstCaseMs / 1000} s, by check-config`,
      holds: late === 0,
      ratio: '',
    },
  ]
}

function medianOf(times: readonly Times[], key: keyof Times): number {
  return median(times.map(time => time[key]))
}
