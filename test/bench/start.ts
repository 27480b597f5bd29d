import { spawn, spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { openSite, type Site } from '../../src/simulator/site.ts'
import { otherNode } from '../helpers/other-nodes.ts'
import { endsWithUs } from '../helpers/started.ts'
import { until } from '../helpers/until.ts'
import { openReceiver } from '../system/datagram-receiver.ts'
import { type DaemonProcess, runDaemon, startDaemon } from './daemon-process.ts'
import { type Figure, median, ms } from './report.ts'

const rounds = 10
const mostStatusTimes = 1.5
const mostMemoryTimes = 1.6

/** What a start on one version of Node costs, each figure beside the same of an empty program on that version. */
interface Costs {
  /** From the start of the process. */
  readonly readyMs: number[]
  readonly firstProbeMs: number[]
  readonly firstReadingMs: number[]
  /** After kill -9. */
  readonly againMs: number[]
  readonly memoryTimes: number[]
  readonly statusTimes: number[]
  readonly emptyMs: number[]
}

/** Starts, memory and `berofosd status` on the Node of Debian 12 beside the one that runs this. */
export async function benchStart(): Promise<Figure[]> {
  const debian12 = otherNode('18.20.4')
  if (debian12 instanceof Error) throw new Error(`Node 18.20.4 can't be had here: ${debian12.message}`)
  const [old, own] = [emptyCosts(), emptyCosts()]
  const site = await openSite({ relays: 4 })
  try {
    // In turn, so that what else the machine does meets both.
    for (let round = 0; round < rounds; round++) {
      await addRound(debian12, site, old)
      await addRound(process.execPath, site, own)
    }
  } finally {
    await site.close()
  }
  return [...figuresOf('Node 18.20.4', old), ...figuresOf(`Node ${process.versions.node}`, own)]
}

function emptyCosts(): Costs {
  return {
    ...{ readyMs: [], firstProbeMs: [], firstReadingMs: [], againMs: [] },
    ...{ memoryTimes: [], statusTimes: [], emptyMs: [] },
  }
}

async function addRound(node: string, site: Site, costs: Costs): Promise<void> {
  costs.emptyMs.push(wallMs(node, ['-e', '0']))
  const first = await starting(node, env => startDaemon(site, calm, { node, env }))
  const { daemon } = first
  try {
    costs.readyMs.push(first.readyMs)
    await daemon.untilStatus('steady', s => s.phase === 'steady' && s.relays.every(r => r.confirmed))
    // Nothing is probed or read twice meanwhile: what is told as the latest is what came first.
    const { master, relays } = await daemon.status()
    const since = (at: string | null | undefined) => Date.parse(at ?? '') - first.atWall
    costs.firstProbeMs.push(Math.min(...master.checks.map(({ last }) => since(last?.at))))
    costs.firstReadingMs.push(Math.min(...relays.map(({ at }) => since(at))))
    costs.memoryTimes.push((await daemon.rssKib()) / (await emptyRssKib(node)))
    const status = ['dist/berofosd.cjs', 'status', '-c', daemon.files.configFile]
    costs.statusTimes.push(wallMs(node, status) / wallMs(node, ['-e', '0']))
    await daemon.kill()
    const again = await starting(node, async env => runDaemon(daemon.files, { node, env }))
    costs.againMs.push(again.readyMs)
    await again.daemon.close()
  } finally {
    await daemon.close()
  }
}

const calm = {
  'check.sip': null,
  'check.web': null,
  'check.tcp': { interval: '60s', rise: 1 },
  relays: { audit_interval: '60s' },
}

interface Started {
  readonly daemon: DaemonProcess
  /** From the start of the process to its READY=1. */
  readonly readyMs: number
  readonly atWall: number
}

async function starting(
  node: string,
  start: (env: Record<string, string>) => Promise<DaemonProcess>,
): Promise<Started> {
  const receiver = openReceiver()
  try {
    const daemon = await start({ NOTIFY_SOCKET: receiver.path })
    const [from, atWall] = [performance.now(), Date.now()]
    await until(`READY=1 on ${node}`, () => receiver.received.includes('READY=1'), 30_000)
    return { daemon, readyMs: performance.now() - from, atWall }
  } finally {
    receiver.close()
  }
}

async function emptyRssKib(node: string): Promise<number> {
  const bare = endsWithUs(spawn(node, ['-e', 'setInterval(()=>{},1e9)'], { stdio: 'ignore' }))
  const rss = async () =>
    Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${bare.pid}/status`, 'utf8'))?.[1])
  // It has started when its memory grows no more.
  let before = 0
  await until('an empty program has started', async () => {
    await new Promise(resolve => setTimeout(resolve, 100))
    const now = await rss()
    const steady = now > 20_000 && now === before
    before = now
    return steady
  })
  bare.kill()
  return before
}

/** The daemon is a process of its own, so blocking this one disturbs nobody. */
function wallMs(node: string, args: readonly string[]): number {
  const from = performance.now()
  const { stderr, status } = spawnSync(node, args, { encoding: 'utf8' })
  if (status !== 0 && stderr) throw new Error(stderr)
  return performance.now() - from
}

function figuresOf(where: string, costs: Costs): Figure[] {
  const empty = median(costs.emptyMs)
  const [status, memory] = [median(costs.statusTimes), median(costs.memoryTimes)]
  const start = (what: string, times: readonly number[]): Figure => ({
    name: `${where}: ${what}`,
    value: `median ${ms(median(times))}`,
    limit: 'none',
    holds: true,
    ratio: `${(median(times) / empty).toFixed(1)} times node -e 0 (${ms(empty)})`,
  })
  return [
    start('start to READY', costs.readyMs),
    start('start to the first result of a check', costs.firstProbeMs),
    start('start to the first reading of a relay', costs.firstReadingMs),
    start('start after kill -9 to READY', costs.againMs),
    {
      name: `${where}: memory of the daemon, four relays`,
      value: `${memory.toFixed(2)} times an empty program`,
      limit: `${mostMemoryTimes} times`,
      holds: memory <= mostMemoryTimes,
      ratio: '',
    },
    {
      name: `${where}: berofosd status`,
      value: `${status.toFixed(2)} times node -e 0`,
      limit: `${mostStatusTimes} times`,
      holds: status <= mostStatusTimes,
      ratio: '',
    },
  ]
}
