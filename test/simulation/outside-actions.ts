import { modeFor, type Role } from '../../src/core/role.ts'
import { storeOrder } from '../../src/daemon/store-order.ts'
import type { ActionRow } from './actions.ts'
import { clockOf } from './life.ts'
import { deviceNames, files, macOf } from './site.ts'
import { copyOf, diskOf } from './virtual-disk.ts'
import type { World } from './world.ts'

/** What befalls the world beside the daemon: hands and commands while none runs, a machine that sleeps, odd devices. */

export const outsideActionRows = {
  'probes are impossible now and then': row({
    weight: 2,
    draw: random => [random.pick([2, 10, 45])],
    text: ([each]) => `this node can't make one of ${each} probes`,
    run: (world, [each]) => {
      world.master.unaskableShare = 1 / Number(each)
    },
  }),
  'pages are odd': row({
    weight: 3,
    draw: random => [
      random.pick(['wdog=on', 'wdog=', 'modedef=255', 'scenario=x']),
      ...random.some(deviceNames),
    ],
    text: ([odd, ...names]) => `the page of ${names.join(', ')} says ${odd}`,
    run: (world, [odd, ...names]) => {
      for (const name of names) world.relay(String(name)).oddity = String(odd)
    },
  }),
  'devices say who they are': row({
    weight: 2,
    draw: random => [random.pick(['own', 'own', 'foreign']), ...random.some(deviceNames)],
    text: ([who, ...names]) =>
      `${names.join(', ')}: over GBL4 with ${who === 'own' ? 'its' : 'a foreign'} MAC`,
    run: (world, [who, ...names]) => {
      // Whoever is exchanged with another says so.
      for (const name of names.map(String).filter(name => !world.exchanged.has(name)))
        world.relay(name).mac = who === 'own' ? macOf(name) : '00:19:32:00:00:99'
    },
  }),
  'machine sleeps': row({
    weight: 1,
    // No longer than what is left of it when all is put right (rest.ts).
    draw: random => [random.pick([12, 25])],
    text: ([s]) => `the machine sleeps for ${s} s`,
    run: (world, [s]) => {
      if (!world.life) return
      world.life.stalledUntil = world.timeline.now + Number(s) * 1000
      world.tell({ is: 'stalled', ms: Number(s) * 1000 })
    },
  }),
  'lines are switched without a daemon': row({
    weight: 4,
    draw: random => [random.pick(['master', 'slave']), random.between(1, 20)],
    text: ([role, s], paced) =>
      `the service is stopped for ${paced(s)} s, and every line switched to the ${role} by hand`,
    run: (world, [role, s]) => {
      withoutDaemon(world, Number(s))
      switchAll(world, role as Role)
    },
  }),
  'orders without a daemon': row({
    weight: 2,
    draw: random => [random.pick(['master', 'slave']), random.pick([-1, 0, 120]), random.between(1, 20)],
    text: ([role, forS], paced) =>
      `without a daemon: ${forS === -1 ? 'xivo-berofos' : 'berofosd --force'} ${role}${forS === 120 ? ` --for ${paced(120)}s` : ''}`,
    run: (world, [role, forS, s]) => {
      withoutDaemon(world, Number(s))
      void obey(world, role as Role, Number(forS))
    },
  }),
  'another version has written the state': row({
    weight: 1,
    draw: random => [random.pick(['older', 'newer'])],
    text: ([age]) =>
      `kill -9, and the state is that of an ${age === 'older' ? 'older' : 'unknown newer'} version`,
    run: (world, [age]) => {
      world.life?.end('is killed')
      rewrite(world, age === 'older')
    },
  }),
} satisfies Record<string, ActionRow>

/** The service is stopped, without its leave-taking, and started again after so long. */
function withoutDaemon(world: World, s: number): void {
  world.serviceOn = false
  world.life?.end('is killed')
  world.later(s * 1000, () => {
    world.serviceOn = true
    world.boot()
  })
}

function switchAll(world: World, role: Role): void {
  const invertOf = (wanted: string) => world.site.devices.find(({ name }) => name === wanted)?.invert
  for (const { name, invert } of world.site.devices)
    world.relay(name).hand(modeFor(role, invertOf(world.deviceAt(name)) ?? invert))
}

/** As the commands do: stored under the lock, then every relay that can be reached is driven once. */
export async function obey(world: World, role: Role, forS: number): Promise<void> {
  const { boots } = world
  const command = {
    ended: false,
    // A power cut ends it too.
    get dead() {
      return this.ended || world.boots !== boots
    },
    stalledUntil: 0,
  }
  const beside = world.life
  // A write that hangs when its command ends does not come about.
  const later = (ms: number, run: () => void) =>
    void world.timeline.after(ms, () => {
      if (!command.dead) run()
    })
  const forMs = forS === 0 ? null : forS * 1000 * world.pace
  const tell = (ok: boolean | null) => {
    if (forS === -1 || beside !== null) return
    world.tell({ is: 'ordered', request: { command: 'force', role, forMs, reason: '' }, ok })
  }
  tell(null)
  const places = { stateDirectory: '/var/lib/berofosd', controlSocket: '/run/berofosd/control.sock' }
  const stored = await storeOrder(
    places,
    { role, pin: forS === -1 ? null : { forMs, reason: '' } },
    {
      clock: clockOf(world, command),
      boot: `boot ${world.boots}`,
      disk: diskOf(world.disk, later, is => world.tell({ is })),
      copy: copyOf(
        world.disk,
        () => true,
        () => {},
      ),
      lock: () => Promise.resolve(world.lock(command)),
      giveToOwner: () => Promise.resolve(null),
    },
  )
  // Another command has the state directory: this one fails, and says so.
  tell(!stored.taken)
  const isLockable = world.disk.fault !== 'unlockable' && world.disk.fault !== 'broken'
  if (!stored.taken && beside?.daemon != null && !beside.dead && isLockable)
    world.tell({ is: 'intruded', who: 'a command', did: 'stored an order' })
  if (!stored.taken && (world.life === null || world.life.daemon === null)) switchAll(world, role)
  await stored.release()
  command.ended = true
}

/** Fields that older versions did not write, and one that none of ours has. */
function rewrite(world: World, isOlder: boolean): void {
  const text = world.disk.text(files.state)
  const found = text === null ? null : parse(text)
  if (found === null) return
  const { boot, lineage, serial, secondary, policy, ...rest } = found
  const { proven, savedAt, loss, failedHooks, adopted, ...older } = (policy ?? {}) as Record<string, unknown>
  const other = isOlder
    ? { ...rest, policy: policy && older }
    : { ...found, weather: 'fair', policy: policy && { ...policy, weather: 'fair' } }
  world.disk.put(files.state, JSON.stringify(other))
  if (!isOlder) return
  world.disk.copied = null
  // It kept neither clock nor proofs.
  world.tell({ is: 'forgot' })
}

function parse(text: string): Record<string, unknown> | null {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function row(part: Omit<ActionRow, 'draw'> & { draw?: ActionRow['draw'] }): ActionRow {
  return { draw: () => [], ...part }
}
