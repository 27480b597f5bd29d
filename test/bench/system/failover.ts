import { needsSystem } from '../../system/helpers/requirements.ts'
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
  fast: 'berofosd, 100 ms/3',
  keepalivedUsual: 'keepalived, 1 s',
  keepalivedFast: 'keepalived, 0.1 s',
} as const

/** A third slower than keepalived, at the most. */
const ratioLimit = 1.33

/**
 * From the cut of the master's link to all relays at the slave and confirmed, under a real systemd, beside keepalived
 * in the same namespaces. Takes root, and some 45 s a run.
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
  const check = { interval: '100ms', timeout: '100ms', fall: 3, rise: 3 }
  return [
    berofosdOf(slave, { name: names.usual, intervalMs: 1000, check: null }),
    berofosdOf(slave, { name: names.fast, intervalMs: 100, check }),
    keepalivedOf(site, names.keepalivedUsual, { advertSeconds: 1, version3: false }),
    keepalivedOf(site, names.keepalivedFast, { advertSeconds: 0.1, version3: true }),
  ]
}

async function printSetting({ slave }: RaceSite): Promise<void> {
  const keepalived = (await slave.must(['dpkg-query', '--show', 'keepalived'])).trim().replace('\t', ' ')
  console.log(`${release.name}, systemd, ${relayCount} virtual berofos, the master's link cut at the bridge`)
  console.log(`${keepalived}: priorities ${priorities.master} and ${priorities.slave}; its notify`)
  console.log(`script runs 'bnfos --set mode=N -f fosX', all ${relayCount} at the same time`)
}

function figuresOf(results: Results, worstCaseMs: number): Figure[] {
  const ours = results.get(names.fast) ?? []
  const theirs = results.get(names.keepalivedFast) ?? []
  const usual = results.get(names.usual) ?? []
  const ratio = (key: keyof Times) => medianOf(ours, key) / medianOf(theirs, key)
  const worst = Math.max(...usual.map(({ confirmedMs }) => confirmedMs))
  const found = Math.max(...usual.map(({ foundMs }) => foundMs))
  const late = usual.filter(({ confirmedMs }) => confirmedMs > worstCaseMs).length
  return [
    {
      name: `${names.fast}: link cut to ${relayCount} relays confirmed`,
      value: `${ratio('confirmedMs').toFixed(2)} times ${names.keepalivedFast}`,
      limit: `${ratioLimit} times`,
      holds: ratio('confirmedMs') <= ratioLimit,
      ratio: `until moved: ${ratio('movedMs').toFixed(2)} times`,
    },
    {
      name: `${names.usual}: link cut to ${relayCount} relays confirmed`,
      value: `worst ${seconds(worst)} s, ${late} of ${usual.length} late`,
      limit: `${worstCaseMs / 1000} s, by check-config`,
      holds: late === 0,
      ratio: `found in ${seconds(found)} s`,
    },
  ]
}

function medianOf(times: readonly Times[], key: keyof Times): number {
  return median(times.map(time => time[key]))
}
