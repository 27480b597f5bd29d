import type { Random } from '../helpers/random.ts'
import type { ActionRow } from './actions.ts'
import { obey } from './outside-actions.ts'
import { deviceNames, type Site } from './site.ts'
import type { DiskFault } from './virtual-disk.ts'
import type { World } from './world.ts'

/**
 * What befalls the world in a few of its histories only. It is drawn beside the plan, so that histories without it stay
 * as they were.
 */

/** None of the others: they are put into some plans besides. */
const weight = 0

export const rareActionRows = {
  'addresses are exchanged': {
    weight,
    draw: (random: Random) => {
      const first = random.pick(deviceNames)
      return [first, random.pick(deviceNames.filter(name => name !== first))]
    },
    text: ([one, other]) =>
      `${one} and ${other} are unplugged, and each comes back at the address of the other`,
    run: (world, [one, other]) => exchange(world, String(one), String(other)),
  },
  'a second daemon': {
    weight,
    draw: (random: Random) => [random.pick(['there', 'lost'])],
    text: ([socket]) =>
      `somebody starts a second daemon${socket === 'lost' ? ', and the control socket is lost' : ''}`,
    run: (world, [socket]) => {
      world.socketLost = socket === 'lost'
      world.startSecond()
    },
  },
  'an order while the socket is lost': {
    weight,
    draw: (random: Random) => [random.pick(['master', 'slave']), random.pick([-1, 0, 120])],
    text: ([role, forS]) =>
      `the control socket is lost, and somebody: ${forS === -1 ? 'xivo-berofos' : 'berofosd --force'} ${role}`,
    run: (world, [role, forS]) => {
      world.socketLost = true
      if (!world.isHidden) void obey(world, role as 'master', Number(forS))
    },
  },
  'an order in the gap of a restart': {
    weight,
    draw: (random: Random) => [random.pick(['master', 'slave']), random.pick([-1, 0, 120])],
    text: ([role, forS]) =>
      `kill -9, and before the restart: ${forS === -1 ? 'xivo-berofos' : 'berofosd --force'} ${role}`,
    run: (world, [role, forS]) => {
      world.life?.end('is killed')
      void obey(world, role as 'master', Number(forS))
    },
  },
  'ready_command is deadly': {
    weight,
    text: () => 'the master dies, and ready_command kills the daemon when it is back',
    draw: () => [],
    run: world => {
      world.readyIsDeadly = true
      const { site, pace } = world
      world.writeFiles({ ...site, failback: { ...site.failback, ready: true } })
      world.life?.daemon?.reload()
      world.master.state = 'silent'
      world.later(verdictMs(site) / pace, () => {
        world.master.state = 'well'
      })
    },
  },
  'devices are away after each write': {
    weight,
    draw: (random: Random) => [random.pick([200, 800, 5000, 20_000]), ...random.some(deviceNames)],
    text: ([ms, ...names]) => `${names.join(', ')}: refuses connections for ${ms} ms after each write`,
    run: (world, [ms, ...names]) => {
      for (const name of names)
        Object.assign(world.relay(String(name)), { fault: 'away', faultMs: Number(ms) })
    },
  },
  'a system call fails': {
    weight,
    draw: (random: Random) => [
      random.pick(['unreadable', 'unlockable', 'broken']),
      random.chance(0.5) ? 1 : 0,
    ],
    text: ([fault, kill]) =>
      `the state directory is ${fault}${kill === 1 ? ', then the machine is booted' : ''}`,
    run: (world, [fault, kill]) => {
      world.disk.fault = fault as DiskFault
      if (kill === 1) world.powerCycle()
    },
  },
} satisfies Record<string, ActionRow>

/** What has no place in front of a PBX. */
export const rareOfPairs: readonly string[] = [
  'addresses are exchanged',
  'an order while the socket is lost',
  'an order in the gap of a restart',
]

/** Longest until the checks have found a master dead. */
function verdictMs({ checks }: Site): number {
  const eachS = checks.map(
    ({ intervalS, timeoutS, fall }) => (fall + 2) * Math.max(intervalS, timeoutS) + timeoutS,
  )
  return 1000 * Math.max(...eachS)
}

/** Until the daemon has noticed: audits and time-outs, and a daemon that stands still for the longest. */
function exchange(world: World, one: string, other: string): void {
  const { auditS, timeoutS } = world.site.relays
  const awayMs = (auditS + 4 * timeoutS + 30) * 1000
  for (const name of [one, other]) world.away.add(name)
  world.later(awayMs / world.pace, () => {
    const [first, second] = [world.deviceAt(one), world.deviceAt(other)]
    world.exchanged.set(one, second).set(other, first)
    for (const name of [one, other]) {
      world.relay(name).mac = world.macAt(name)
      world.away.delete(name)
    }
  })
}
