import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { readTarget, targetFor } from '../../src/berofos/http/request.ts'
import { until } from '../helpers/until.ts'
import { startDaemon } from './daemon-process.ts'
import { type Figure, median, ms } from './report.ts'
import { type SiteProcess, startSiteProcess } from './site-process.ts'

const delayMs = 20
const rounds = 10
const mostTimes = 1.3

/**
 * The whole daemon as a process, seen from outside: from its line `failover:` to its last line `switched`, beside a plain
 * client that asks the same devices two things each, all at the same time.
 */
export async function benchFleet(): Promise<Figure[]> {
  return [await figureOf(64), await figureOf(256)]
}

async function figureOf(relays: number): Promise<Figure> {
  const site = await startSiteProcess(relays, delayMs)
  const times = await failovers(site, relays)
  const plain = plainTimes(site.ports)
  await site.close()
  const ratio = median(times) / median(plain)
  return {
    name: `${relays} relays of ${delayMs} ms a request, whole daemon: 'failover:' to the last 'switched'`,
    value: `median ${ms(median(times))}, worst of ${rounds} ${ms(Math.max(...times))}`,
    limit: `${mostTimes} times two plain requests to each`,
    holds: ratio <= mostTimes,
    ratio: `${ratio.toFixed(2)} times two plain requests to each (${ms(median(plain))})`,
  }
}

async function failovers(site: SiteProcess, relays: number): Promise<number[]> {
  let decidedMs = Number.NaN
  let switched: number[] = []
  const heard = (line: string, atMs: number) => {
    if (line.includes('failover: ')) decidedMs = atMs
    if (/\bswitched \S+ to mode=0 /.test(line)) switched.push(atMs)
  }
  const daemon = await startDaemon(site, overrides, { heard })
  const times: number[] = []
  const back = () =>
    daemon.untilStatus(
      'steady at the master',
      s => s.role === 'master' && s.phase === 'steady' && s.relays.every(r => r.confirmed),
    )
  try {
    // The first is for the compiler of the language, as the plain client's is.
    for (let round = 0; round <= rounds; round++) {
      await back()
      switched = []
      await site.steer('master dead')
      await until('every relay is switched', () => switched.length === relays, 20_000)
      times.push(Math.max(...switched) - decidedMs)
      await site.steer('master alive')
    }
  } finally {
    await daemon.close()
  }
  return times.slice(1)
}

const overrides = {
  'check.sip': null,
  'check.web': null,
  'check.tcp': { interval: '100ms', timeout: '100ms', fall: 3, rise: 2 },
  failback: { stable_for: '0s', flap_limit: 0 },
  relays: { audit_interval: '60s', timeout: '3s' },
}

/** In a process of its own, as the daemon is. */
function plainTimes(ports: readonly number[]): number[] {
  const target = targetFor({ mode: '0' })
  if (!target.ok) throw new Error(target.error.text)
  const program = fileURLToPath(new URL('./plain-client.ts', import.meta.url))
  const args = ['--import', 'tsx', program, ports.join(), String(rounds), target.value, readTarget]
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }))
}
