import { spawnSync } from 'node:child_process'
import { openSite } from '../../src/simulator/site.ts'
import { startDaemon } from './daemon-process.ts'
import { type Figure, median, ms } from './report.ts'
import { startSiteProcess } from './site-process.ts'

const rounds = 20
const mostTimes = 1.5

/** What operators wait for, as whole processes, in turn with an empty program of the same node. */
export async function benchStatus(): Promise<Figure[]> {
  return [await statusFigure(), await setFigure()]
}

async function statusFigure(): Promise<Figure> {
  const site = await openSite({ relays: 4 })
  const daemon = await startDaemon(site, {})
  await daemon.untilStatus('steady', s => s.phase === 'steady')
  const { configFile } = daemon.files
  const figure = await figureOf('berofosd status', () => ['dist/berofosd.cjs', 'status', '-c', configFile])
  await daemon.close()
  await site.close()
  return figure
}

/** The relay moves each time, and is read back. */
async function setFigure(): Promise<Figure> {
  const site = await startSiteProcess(1, 0)
  const device = ['-h', '127.0.0.1', '-p', String(site.ports[0])]
  const figure = await figureOf('bnfos --set mode', round => [
    ...['dist/bnfos.cjs', '--set', `mode=${round % 2}`, ...device],
  ])
  await site.close()
  return figure
}

async function figureOf(name: string, argsOf: (round: number) => string[]): Promise<Figure> {
  const times: { ours: number; bare: number }[] = []
  for (let round = 0; round <= rounds; round++) {
    const bare = await wallMs(['-e', '0'])
    const ours = await wallMs(argsOf(round))
    if (round > 0) times.push({ ours, bare })
  }
  const ratio = median(times.map(({ ours, bare }) => ours / bare))
  return {
    name: `${name}: wall time`,
    value: `median ${ms(median(times.map(({ ours }) => ours)))}`,
    limit: `${mostTimes} times node -e 0`,
    holds: ratio <= mostTimes,
    ratio: `${ratio.toFixed(2)} times node -e 0 (${ms(median(times.map(({ bare }) => bare)))})`,
  }
}

/** Whoever answers is a process of its own, so blocking this one disturbs nobody. */
async function wallMs(args: string[]): Promise<number> {
  await new Promise(resolve => setTimeout(resolve, 20))
  const from = performance.now()
  const { stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${args.join(' ')}: ${status} ${stderr}`)
  return performance.now() - from
}
