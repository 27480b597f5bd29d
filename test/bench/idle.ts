import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { openSite } from '../../src/simulator/site.ts'
import { endsWithUs } from '../helpers/started.ts'
import { startDaemon } from './daemon-process.ts'
import type { Figure } from './report.ts'

/** Long enough for the collections of garbage that a daemon at rest makes in minutes. */
const watchedMs = 120_000
/** V8 gives memory back in three large collections of the first half minute, which are of the start. */
const settledMs = 45_000

const second = { interval: '1s', timeout: '1s', fall: 5, rise: 2 }
/** What is asked, beside ping each second. The second is what docs/installation.md advises. */
const sipChecks = {
  'ping and sip at 1 s': second,
  'ping at 1 s, sip at 5 s': { interval: '5s', timeout: '1s', fall: 48, rise: 2 },
} as const

/** What a daemon costs that has nothing to do, with four relays. */
export async function benchIdle(): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const [asked, sip] of Object.entries(sipChecks)) figures.push(...(await idleFigures(asked, sip)))
  return figures
}

async function idleFigures(
  asked: string,
  sip: (typeof sipChecks)[keyof typeof sipChecks],
): Promise<readonly Figure[]> {
  const bare = endsWithUs(spawn(process.execPath, ['-e', 'setInterval(()=>{},1e9)'], { stdio: 'ignore' }))
  const site = await openSite({ relays: 4 })
  const daemon = await startDaemon(site, {
    'check.web': null,
    'check.tcp': null,
    'check.sip': sip,
    'check.ping': { type: 'ping', host: '127.0.0.1', ...second },
    relays: { audit_interval: '10s' },
  })
  await daemon.untilStatus('steady', s => s.phase === 'steady')
  await pause(settledMs)
  const before = await daemon.cpuSeconds()
  await pause(watchedMs)
  const percent = ((await daemon.cpuSeconds()) - before) / (watchedMs / 100_000)
  const rss = await daemon.rssKib()
  const bareRss = Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${bare.pid}/status`, 'utf8'))?.[1])
  await daemon.close()
  await site.close()
  bare.kill()
  const ratio = rss / bareRss
  return [
    {
      name: `idle daemon, four relays, ${asked}: processor time`,
      value: `${percent.toFixed(2)} % of a core`,
      limit: '0.5 %',
      holds: percent <= 0.5,
      ratio: '',
    },
    {
      name: 'the same: resident memory',
      value: `${Math.round(rss / 1024)} MiB`,
      limit: '1.6 times a bare node',
      holds: ratio <= 1.6,
      ratio: `${ratio.toFixed(2)} times a bare node`,
    },
  ]
}

function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
