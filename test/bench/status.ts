import { spawnSync } from 'node:child_process'
import { openSite } from '../../src/simulator/site.ts'
import { startDaemon } from './daemon-process.ts'
import { type Figure, median, ms } from './report.ts'

const rounds = 20

/** `berofosd status` as a whole process, in turn with an empty program of the same node. */
export async function benchStatus(): Promise<Figure[]> {
  const site = await openSite({ relays: 4 })
  const daemon = await startDaemon(site, {})
  await daemon.untilStatus('steady', s => s.phase === 'steady')
  const { configFile } = daemon.files
  const status = ['dist/berofosd.mjs', 'status', '-c', configFile]
  const ours: number[] = []
  const bare: number[] = []
  for (let round = 0; round <= rounds; round++) {
    const times = [await wallMs(['-e', '0']), await wallMs(status)]
    if (round === 0) continue
    bare.push(times[0] ?? 0)
    ours.push(times[1] ?? 0)
  }
  await daemon.close()
  await site.close()
  const ratio = median(ours.map((time, i) => time / (bare[i] ?? 1)))
  return [
    {
      name: 'berofosd status: wall time',
      value: `median ${ms(median(ours))}`,
      limit: 'twice node -e 0',
      holds: ratio <= 2,
      ratio: `${ratio.toFixed(2)} times node -e 0 (${ms(median(bare))})`,
    },
  ]
}

/** The daemon is a process of its own, so blocking this one disturbs nobody. */
async function wallMs(args: string[]): Promise<number> {
  await new Promise(resolve => setTimeout(resolve, 20))
  const from = performance.now()
  const { stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  if (status !== 0 && stderr) throw new Error(stderr)
  return performance.now() - from
}
