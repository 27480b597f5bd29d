import { readBnfos } from '../../src/config/bnfos-file.ts'
import { modeFor, portsOf, type Role } from '../../src/core/role.ts'
import type { CheckSettings, HookName } from '../../src/core/settings.ts'
import { type Asker, clockOf } from './life.ts'
import { files } from './site.ts'
import { runnerOf } from './virtual-hooks.ts'
import { probeOf } from './virtual-master.ts'
import type { World } from './world.ts'

/**
 * When the old script gives its orders to the relays: with each verdict, as its record reads and as is better for the
 * lines, since the next minute mends what this one could not; or only when the verdict is another than the last one.
 */
export type OldHabit = 'each minute' | 'on change'

const minuteMs = 60_000
/** `ping -c 3 -i 10`: measured with iputils 20221126, it ends at 20 s when all three are answered, else at 30 s. */
const pingAtMs = [0, 10_000, 20_000]
const pingEndsMs = 30_000
const resendMs = 500
/** `bnfos -t`, its default. */
export const bnfosTimeoutMs = 3000
/** systemd's DefaultTimeoutStartSec: a service that hangs does not hold the script for ever. */
const serviceTimeoutMs = 90_000

/**
 * XiVO's cron job and script, acting in a world in place of the daemon. It hears no operator of berofosd, and nothing
 * that befalls the daemon's process touches it. Where a device is inverted it is taken as cabled for the old tool.
 */
export function oldRule(habit: OldHabit): (world: World) => void {
  return world => {
    const asker = askerOf(world)
    let last: Role | null = null
    everyMinute(world, async () => {
      if (world.site.secondary && world.disk.text(files.secondary) === null) return
      const role = (await anyAnswer(world, asker)) ? 'master' : 'slave'
      const changed = role !== last
      last = role
      // Services that run already are started in no time.
      const hook = (name: HookName) => (changed ? service(world, asker, name) : undefined)
      if (habit === 'on change' && !changed) return
      await hook(role === 'slave' ? 'before_slave' : 'before_master')
      await setRelays(world, asker, role)
      if (role === 'slave') await hook('after_slave')
    })
  }
}

/** cron: at each full minute of the wall clock, whether or not the run before has ended. */
export function everyMinute(world: World, script: () => Promise<void>): void {
  const intoMinuteMs = () => world.wall() % minuteMs
  const wait = (ms: number) => world.timeline.after(ms, look)
  const look = () => {
    // The clock was set back by a moment meanwhile: the minute is not over.
    if (intoMinuteMs() < minuteMs / 2 && !world.off) void script()
    wait(minuteMs - intoMinuteMs())
  }
  wait((minuteMs - intoMinuteMs()) % minuteMs)
}

/** One answer of three is enough. */
async function anyAnswer(world: World, asker: Asker): Promise<boolean> {
  const endsAt = world.timeline.now + pingEndsMs
  const answers = await Promise.all(
    pingAtMs.map(async ms => {
      if (ms > 0) await asker.clock.sleep(ms)
      return isAnswered(world, asker, endsAt)
    }),
  )
  return answers.includes(true)
}

/** One packet. One that can't be sent is tried again and again, which ping itself does for 10 s only. */
async function isAnswered(world: World, asker: Asker, endsAt: number): Promise<boolean> {
  for (let leftMs = pingEndsMs; leftMs > 0; await asker.clock.sleep(resendMs)) {
    leftMs = endsAt - world.timeline.now
    const check = { ...pingCheck, timeoutMs: leftMs }
    const { outcome } = await probeOf(world, asker)(check, asker.clock, new AbortController().signal)
    if (outcome !== 'inconclusive') return outcome === 'answered'
  }
  return false
}

const pingCheck: CheckSettings = {
  name: 'ping -c 3 -i 10',
  type: 'ping',
  host: '192.0.2.10',
  intervalMs: 10_000,
  timeoutMs: pingEndsMs,
  fall: 3,
  rise: 1,
  required: true,
}

/** `xivo-berofos master|slave`: one device after the other, a failure is forgotten. */
async function setRelays(world: World, asker: Asker, role: Role): Promise<void> {
  const bnfos = world.disk.text(files.bnfosFile)
  if (bnfos === null) return
  for (const { name } of readBnfos(Buffer.from(bnfos)).devices) {
    const cabling = world.site.devices.find(device => device.name === name)
    const mode = modeFor(role, cabling?.invert ?? false)
    const text = `setting berofos relay mode to ${mode} (${portsOf(mode)}) for ${name}`
    asker.tell({ is: 'line', severity: 'info', text })
    const device = world.relay(name).open(asker, bnfosTimeoutMs)
    await device.write('mode', String(mode))
    device.close()
  }
}

/** DHCP or telephony of the slave, where the site has a command for it; the script goes on whatever comes of it. */
async function service(world: World, asker: Asker, name: HookName): Promise<void> {
  if (!world.site.hooks.includes(name)) return
  await runnerOf(world, asker)({ line: name, env: {}, timeoutMs: serviceTimeoutMs, clock: asker.clock })
}

export function askerOf(world: World): Asker {
  const owner = { dead: false, stalledUntil: 0 }
  return {
    dead: false,
    end: () => {},

    clock: clockOf(world, owner),
    enter: () => true,
    tell: fact => world.tell(fact),
    later: (ms, run) => world.timeline.after(ms, run),
  }
}
