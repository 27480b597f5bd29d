import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { startDaemon } from './daemon-process.ts'
import type { Figure } from './report.ts'
import { startSiteProcess } from './site-process.ts'

const relays = 200
const checks = 64
const watchedMs = 30_000
const mostPercent = 5

/** What a large site costs: 200 relays, and 64 checks each second. */
export async function benchBusy(): Promise<Figure[]> {
  const site = await startSiteProcess(relays, 0)
  const peer = createServer(socket => socket.on('error', () => {}).end()).listen(0, '127.0.0.1')
  await new Promise(resolve => peer.once('listening', resolve))
  const { port } = peer.address() as AddressInfo
  const check = { type: 'tcp', host: '127.0.0.1', port, interval: '1s', timeout: '1s', fall: 5, rise: 2 }
  const named = Array.from({ length: checks }, (_, i) => [`check.c${i + 1}`, check])
  const daemon = await startDaemon(site, {
    ...{ 'check.sip': null, 'check.web': null, 'check.tcp': null, relays: { audit_interval: '60s' } },
    ...Object.fromEntries(named),
  })
  await daemon.untilStatus('steady', s => s.phase === 'steady' && s.relays.every(r => r.confirmed))
  await pause(5000)
  const before = await daemon.cpuSeconds()
  await pause(watchedMs)
  const percent = ((await daemon.cpuSeconds()) - before) / (watchedMs / 100_000)
  await daemon.close()
  await site.close()
  peer.close()
  return [
    {
      name: `${relays} relays, ${checks} checks at 1 s: processor time`,
      value: `${percent.toFixed(2)} % of a core`,
      limit: `${mostPercent} %`,
      holds: percent <= mostPercent,
      ratio: '',
    },
  ]
}
