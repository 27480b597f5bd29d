import { after, before, describe } from 'node:test'
import type { Release } from '../helpers/releases.ts'
import { needsSystem } from '../helpers/requirements.ts'
import { openSlaveSite, type SlaveSite } from '../helpers/slave-site.ts'
import { alerting } from './alerts.ts'
import type { ThisSlave } from './behaviour.ts'
import { bypassing } from './bypass.ts'
import { crashing } from './crash.ts'
import { diagnosed } from './doctor.ts'
import { failingOver } from './failover.ts'
import { configured } from './files.ts'
import { hooked } from './hooks.ts'
import { installing } from './install.ts'
import { loggingOn } from './log-restarts.ts'
import { ordered } from './operators.ts'
import { upgraded } from './package.ts'
import { rebooting } from './reboot.ts'
import { serving } from './service.ts'
import { watchedOver } from './watchdog.ts'

/** The first installs what all others are about, the last removes it. */
const inOrder = [
  installing,
  serving,
  failingOver,
  configured,
  crashing,
  ordered,
  alerting,
  diagnosed,
  hooked,
  watchedOver,
  loggingOn,
  rebooting,
  bypassing,
  upgraded,
] as const

/** Enough for a burst of lines with each switch. */
const relayCount = 12

/** All behaviours on one release, in this order, on a system that is booted once. */
export function testOn(release: Release): void {
  describe(`on ${release.name}, berofosd as a service`, { skip: needsSystem() }, () => {
    let site: SlaveSite | null = null
    const slave: ThisSlave = () => {
      if (site === null) throw new Error('the system has not come up')
      return site.slave
    }
    before(async () => {
      site = await openSlaveSite(release, relayCount, text => process.stdout.write(`${text}\n`))
    })
    after(async () => {
      await site?.close()
    })
    for (const behaviours of inOrder) behaviours(slave)
  })
}
