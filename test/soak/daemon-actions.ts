import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { masterServices } from '../../src/simulator/simulated-master.ts'
import type { Action, Stage } from './action.ts'
import { healMaster } from './master-actions.ts'
import { monoMs, sharedClock } from './shared-clock.ts'
import type { World } from './world.ts'

/** What may befall the daemon, its disk and its log. */
export const daemonActions: readonly Action[] = [
  {
    name: 'kill -9',
    weight: 5,
    parts: ['daemon'],
    run: stage => restart(stage, 'SIGKILL'),
  },
  { name: 'restart', weight: 2, parts: ['daemon'], run: stage => restart(stage, 'SIGTERM') },
  {
    name: 'kill -9 as a failover begins',
    weight: 5,
    parts: ['daemon', 'master'],
    async run(stage) {
      const { world, random, calm } = stage
      await world.master.ask({ do: 'be', services: masterServices, condition: 'dead' })
      const begun = random.pick(['line', 'request', 'change'] as const)
      const met = await world.record.meet(
        h =>
          h.kind === begun &&
          (h.kind === 'line'
            ? h.text.startsWith('failover')
            : h.kind === 'request'
              ? h.what.startsWith('mode')
              : true),
        3000,
        calm,
      )
      if (met) await sharedClock.sleep(random.between(0, 20))
      await restart(stage, 'SIGKILL')
      await stage.linger(0, 3000)
      await healMaster(world)
    },
  },
  {
    name: 'stall',
    weight: 5,
    parts: ['daemon'],
    async run({ world, random, linger }) {
      const [low, high] = random.pick([
        [20, 200],
        [200, 1200],
        [1200, 4000],
      ] as const)
      world.daemon.stall()
      await linger(low, high)
      world.daemon.resume()
    },
  },
  {
    name: 'kill -9 while stalled',
    weight: 1,
    parts: ['daemon'],
    async run(stage) {
      stage.world.daemon.stall()
      await stage.linger(50, 1500)
      await restart(stage, 'SIGKILL')
    },
  },
  {
    name: 'state torn',
    weight: 2,
    parts: ['daemon', 'disk'],
    run: stage => restart(stage, 'SIGKILL', () => tearState(stage)),
  },
  {
    name: 'state missing',
    weight: 1,
    parts: ['daemon', 'disk'],
    run: stage =>
      restart(stage, 'SIGKILL', async () => {
        noteDisk(stage.world, false, 'state directory removed')
        await rm(stateOf(stage.world), { recursive: true, force: true })
        await mkdir(stateOf(stage.world), { mode: 0o700 })
        noteDisk(stage.world, true, 'empty')
      }),
  },
  {
    name: 'state removed while it runs',
    weight: 1,
    parts: ['disk'],
    async run({ world, linger }) {
      noteDisk(world, false, 'state directory removed')
      await rm(stateOf(world), { recursive: true, force: true })
      await linger(500, 5000)
      await mkdir(stateOf(world), { mode: 0o700 })
      noteDisk(world, true, 'empty')
    },
  },
  {
    name: 'disk full',
    weight: 3,
    parts: ['disk'],
    possible: ({ hasDisk }) => hasDisk,
    async run({ world, linger }) {
      const filler = join(world.disk, 'filler')
      noteDisk(world, false, 'full')
      await writeFile(filler, randomBytes(1 << 20)).catch(() => {})
      await linger(500, 6000)
      await rm(filler, { force: true })
      noteDisk(world, true, 'room again')
    },
  },
]

/** `between`: what happens while it is down. */
export async function restart(
  { world, random, linger }: Stage,
  signal: 'SIGKILL' | 'SIGTERM',
  between: () => Promise<void> = async () => {},
): Promise<void> {
  await world.daemon.end(signal)
  await between()
  const [low, high] = random.pick([
    [0, 0],
    [0, 300],
    [300, 2500],
  ] as const)
  await linger(low, high)
  await world.daemon.start()
  await world.daemon.status()
}

async function tearState({ world, random }: Stage): Promise<void> {
  const file = join(stateOf(world), 'state.json')
  const text = await readFile(file).catch(() => Buffer.alloc(0))
  const torn = random.pick([
    Buffer.alloc(0),
    randomBytes(300),
    Buffer.from('null'),
    Buffer.from('{"policy":{"version":2},"relays":{}}'),
    text.subarray(0, Math.floor(text.length / 2)),
  ])
  noteDisk(world, false, 'state.json torn')
  await writeFile(file, torn).catch(() => {})
  noteDisk(world, true, 'torn')
}

function stateOf({ disk }: World): string {
  return join(disk, 'state')
}

function noteDisk(world: World, sound: boolean, what: string): void {
  world.note({ kind: 'disk', at: monoMs(), sound, what })
}
