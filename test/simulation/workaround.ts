import type { Asker } from './life.ts'
import { askerOf, bnfosTimeoutMs, everyMinute } from './old-rule.ts'
import { macOf } from './site.ts'
import { isTelephonyThere } from './virtual-master.ts'
import type { VirtualRelay } from './virtual-relay.ts'
import type { World } from './world.ts'

/**
 * The cron job that both manuals give for one server in front of a PBX. Each minute it asks the init script whether
 * Asterisk runs. If so, it sets the device and kicks its watchdog until the minute is nearly over; if not, it does
 * nothing, and the watchdog trips. It knows the device fos1 alone, and reads nothing back.
 */
export function workaround(world: World): void {
  const asker = askerOf(world)
  const fos1 = world.relay('fos1')
  fos1.device.values.set('wdogitime', String(intervalS))
  everyMinute(world, async () => {
    if (!isTelephonyThere(world.master.state)) return
    await setUp(world, asker, fos1)
    await kickForAMinute(world, asker, fos1)
  })
}

/** What the manuals set once. */
export const intervalS = 60

/** Its loop is written for ten kicks and begins at zero. */
const kicks = 11
const pauseMs = 5000

async function setUp(world: World, asker: Asker, fos1: VirtualRelay): Promise<void> {
  for (const keyword of ['mode', 'modedef', 'wdog']) {
    if (world.off) return
    const device = fos1.open(asker, bnfosTimeoutMs)
    await device.write(keyword, '1')
    device.close()
  }
}

/** A run that takes longer than a minute, as with a device that is slow, overlaps with the next. */
async function kickForAMinute(world: World, asker: Asker, fos1: VirtualRelay): Promise<void> {
  for (let left = kicks; left > 0 && !world.off; left--) {
    await fos1.kick(asker, macOf(fos1.name), bnfosTimeoutMs)
    await asker.clock.sleep(pauseMs)
  }
}
