import { openSite, type Site } from '../../src/simulator/site.ts'
import type { Overrides } from '../../src/simulator/site-config.ts'
import { type DaemonProcess, startDaemon } from './daemon-process.ts'
import { openNetworkMaster } from './network-master.ts'
import { type Figure, median, ms } from './report.ts'

interface Death {
  readonly die: () => void | Promise<void>
  readonly live: () => void | Promise<void>
}

/** From the master's death to the first relay's `mode=0` request, on a tcp and on a ping check. */
export async function benchDetection(): Promise<Figure[]> {
  const figures: Figure[] = []
  const fast = { interval: '100ms', timeout: '100ms', fall: 3, rise: 2 }
  const usual = { interval: '1s', timeout: '1s', fall: 5, rise: 2 }
  const hurried = { ...usual, fast_interval: '300ms' }
  for (const [type, pace, runs] of [
    ['tcp', fast, 20],
    ['ping', fast, 20],
    ['tcp', usual, 3],
    ['ping', usual, 3],
    ['tcp', hurried, 5],
    ['ping', hurried, 5],
  ] as const) {
    const times = await measure(type, pace, runs)
    const interval = pace === fast ? 100 : 1000
    const latest = pace === hurried ? 3500 : pace.fall * interval + interval + 300
    const limit = pace === fast ? 400 : latest
    const figure = pace === fast ? median(times) : Math.max(...times)
    figures.push({
      name: `${type} at ${paceText(pace)}, fall ${pace.fall}: death to first mode=0 request`,
      value: `median ${ms(median(times))}, worst of ${runs} ${ms(Math.max(...times))}`,
      limit: `${pace === fast ? 'median' : 'worst'} ${ms(limit)}`,
      holds: figure <= limit,
      ratio: `${(figure / (pace.fall * interval)).toFixed(2)} times fall x interval`,
    })
  }
  return figures
}

function paceText({ interval, fast_interval }: { interval: string; fast_interval?: string }): string {
  return fast_interval === undefined ? interval : `${interval}, then ${fast_interval}`
}

async function measure(type: 'tcp' | 'ping', pace: object, runs: number): Promise<number[]> {
  let firstRequestAt = Number.NaN
  const site = await openSite({ relays: 4 })
  const network = type === 'ping' ? openNetworkMaster() : null
  const death: Death = network ?? {
    die: () => site.master.setCondition('dead'),
    live: () => site.master.setCondition('alive'),
  }
  const watch = setInterval(() => {}, 1000)
  const daemon = await startDaemon(site, configFor(type, pace, network?.address ?? '127.0.0.1'))
  const times: number[] = []
  try {
    await daemon.untilStatus('steady at the master', atMaster)
    for (let run = 0; run < runs; run++) {
      for (const { device } of site.relays) device.requests.length = 0
      // Spread over the interval, so that no run meets the probes at a lucky moment.
      await new Promise(resolve => setTimeout(resolve, 300 + ((run * 37) % 100)))
      const from = performance.now()
      await death.die()
      await daemon.untilStatus(
        'lines at the slave',
        s => s.role === 'slave' && s.relays.every(r => r.confirmed),
      )
      firstRequestAt = firstModeRequest(site)
      times.push(firstRequestAt - from)
      await death.live()
      await daemon.untilStatus('steady at the master', atMaster)
    }
  } finally {
    clearInterval(watch)
    await daemon.close()
    await site.close()
    network?.remove()
  }
  return times
}

const atMaster: Parameters<DaemonProcess['untilStatus']>[1] = s =>
  s.role === 'master' && s.phase === 'steady' && s.relays.every(r => r.confirmed)

function configFor(type: string, pace: object, host: string): Overrides {
  const check =
    type === 'tcp'
      ? { 'check.tcp': { ...pace } }
      : { 'check.tcp': null, 'check.ping': { type, host, ...pace } }
  return {
    'check.sip': null,
    'check.web': null,
    failback: { stable_for: '0s', flap_limit: 0 },
    ...(check as Overrides),
  }
}

function firstModeRequest({ relays }: Site): number {
  const times = relays.flatMap(({ device }) =>
    device.requests.filter(({ target }) => target.includes('mode=0')).map(({ atMono }) => atMono),
  )
  return Math.min(...times)
}
