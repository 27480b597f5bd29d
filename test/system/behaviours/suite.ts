import { after, before, describe } from 'node:test'
import type { Release } from '../helpers/releases.ts'
import { needsSystem } from '../helpers/requirements.ts'
import { openSlaveSite, type SlaveSite } from '../helpers/slave-site.ts'
import type { ThisSlave } from './behaviour.ts'
import { failingOver } from './failover.ts'
import { installing } from './install.ts'

/** All behaviours on one release, in this order, on a system that is booted once. */
export function testOn(release: Release): void {
  describe(`on ${release.name}, berofosd as a service`, { skip: needsSystem() }, () => {
    let site: SlaveSite | null = null
    const slave: ThisSlave = () => {
      if (site === null) throw new Error('the system has not come up')
      return site.slave
    }
    before(async () => {
      site = await openSlaveSite(release, 4, text => process.stdout.write(`${text}\n`))
    })
    after(async () => {
      await site?.close()
    })
    for (const behaviours of [installing, failingOver]) behaviours(slave)
  })
}
