import { monotonicOfWall } from './clocks.ts'
import type { Contender } from './contender.ts'
import { found } from './found.ts'
import { journalSince } from './journal.ts'
import {
  backupConf,
  masterConf,
  type NotifyWay,
  notifyScript,
  notifyScriptText,
  notifyTold,
  type Vrrp,
} from './keepalived-conf.ts'
import { KeepalivedMaster } from './keepalived-master.ts'
import type { RaceSite } from './site.ts'

/** The service of Debian's package, as BACKUP, with a script that tells all devices at the same time. */
export function keepalivedOf(site: RaceSite, name: string, vrrp: Vrrp, way: NotifyWay): Contender {
  const { slave } = site
  const { container, relays } = slave
  let master: KeepalivedMaster | null = null
  return {
    name,
    intervalMs: vrrp.advertSeconds * 1000,
    async begin() {
      await slave.prepare()
      await container.write(notifyTold, '')
      await container.write(notifyScript, notifyScriptText(relays.hosts, way), 0o755)
      await container.write('/etc/keepalived/keepalived.conf', backupConf(vrrp))
      master = await KeepalivedMaster.start(site, masterConf(vrrp))
      await slave.must(['systemctl', 'start', 'keepalived'])
      await lastTold(site, '1')
    },
    async told(cutMs) {
      const confirmedMs = await lastTold(site, '0')
      const entered = await found('keepalived tells that it is MASTER', async () => {
        const lines = await journalSince(container, cutMs, 'Keepalived_vrrp')
        return lines.find(({ text }) => text.includes('Entering MASTER STATE'))
      })
      return { foundMs: entered.atMs, confirmedMs }
    },
    async end() {
      await slave.must(['systemctl', 'stop', 'keepalived'])
      await master?.close()
      master = null
    },
  }
}

/** Waits until the latest that the script told is of this mode. Returns when it was, CLOCK_MONOTONIC. */
async function lastTold({ slave }: RaceSite, mode: '0' | '1'): Promise<number> {
  const what = `the script of keepalived has set mode=${mode}`
  const [wallSeconds, failed] = await found(what, async () => {
    const lines = (await slave.container.read(notifyTold)).trim().split('\n')
    const [told, ...words] = lines.at(-1)?.split(' ') ?? []
    return told === mode ? words : undefined
  })
  if (failed !== '0') throw new Error(`its script did not switch ${failed} of the relays to mode=${mode}`)
  return monotonicOfWall(Number(wallSeconds) * 1000)
}
