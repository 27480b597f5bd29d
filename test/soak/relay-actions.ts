import { type FaultName, faultRows } from '../../src/simulator/faults.ts'
import type { Action, Stage } from './action.ts'
import { healMaster } from './master-actions.ts'
import { relayRows } from './settings.ts'

/** What may befall a berofos: each fault that the simulator knows, and each thing that happens to one. */
export const relayActions: readonly Action[] = [
  ...(Object.keys(faultRows) as FaultName[])
    .filter(name => name !== 'none')
    .map(
      (name): Action => ({
        name: `relay ${name}`,
        weight: 2,
        parts: ['relay'],
        run: stage => faulty(stage, name),
      }),
    ),
  {
    name: 'relay power cycle',
    weight: 4,
    parts: ['relay'],
    async run({ world, random, parts, linger }) {
      const name = parts[0] ?? ''
      const value = random.between(50, 3000)
      await world.steer(name, { kind: 'action', name: 'reboot', value })
      await linger(value, value + 300)
    },
  },
  {
    name: 'relay moved by hand',
    weight: 6,
    parts: ['relay'],
    async run({ world, random, parts, linger }) {
      await world.steer(parts[0] ?? '', { kind: 'action', name: 'hand', value: random.between(0, 1) })
      await linger(0, 800)
    },
  },
  {
    name: 'relay modedef',
    weight: 1,
    parts: ['relay'],
    async run({ world, random, parts, linger }) {
      const relay = world.relays.get(parts[0] ?? '')
      await relay?.ask({ do: 'set', keyword: 'modedef', value: String(random.between(0, 1)) })
      await linger(0, 500)
    },
  },
  {
    name: 'relay watchdog on',
    weight: 1,
    parts: ['relay'],
    async run({ world, parts, linger }) {
      await world.relays.get(parts[0] ?? '')?.ask({ do: 'set', keyword: 'wdog', value: '1' })
      await linger(500, 1500)
    },
  },
  {
    name: 'all relays away',
    weight: 2,
    parts: ['relays'],
    run: stage => allAway(stage, stage.random.pick(['unreachable', 'hang', 'reset'] as const)),
  },
  {
    name: 'node cut off',
    weight: 5,
    parts: ['relays', 'master'],
    async run(stage) {
      const { world, random } = stage
      await world.master.ask({
        do: 'be',
        services: ['tcp', 'http', 'sip'],
        condition: random.pick(['dead', 'silent']),
      })
      await allAway(stage, random.pick(['unreachable', 'hang'] as const))
      // The network comes back in any order.
      await stage.linger(0, 600)
      await healMaster(world)
    },
  },
]

async function faulty({ world, random, parts, linger }: Stage, name: FaultName): Promise<void> {
  const relay = parts[0] ?? ''
  const ms = name === 'drip' ? random.between(1, 30) : random.between(20, 1500)
  await world.steer(relay, { kind: 'fault', name, ms })
  await linger(200, 5000)
  await world.steer(relay, { kind: 'fault', name: 'none', ms: 0 })
}

async function allAway({ world, linger }: Stage, name: FaultName): Promise<void> {
  const all = relayRows.map(row => row.name)
  await Promise.all(all.map(relay => world.steer(relay, { kind: 'fault', name, ms: 0 })))
  await linger(500, 7000)
  await Promise.all(all.map(relay => world.steer(relay, { kind: 'fault', name: 'none', ms: 0 })))
}
