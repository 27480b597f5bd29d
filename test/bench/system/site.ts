import { basename } from 'node:path'
import { releases } from '../../booted/helpers/releases.ts'
import type { Slave } from '../../booted/helpers/slave.ts'
import { openSlaveSite } from '../../booted/helpers/slave-site.ts'

export const release = releases.debian12

export const relayCount = 4

/** A booted slave with berofosd and keepalived installed, and the tree that keepalived of the master is taken from. */
export interface RaceSite {
  readonly slave: Slave
  /** Never changed. */
  readonly tree: string
}

/** Runs the body on a site, telling each step, and leaves nothing of it behind. */
export async function onSite<T>(
  tell: (text: string) => void,
  body: (site: RaceSite) => Promise<T>,
): Promise<T> {
  tell('the first time this takes some minutes')
  const site = await openSlaveSite(release, relayCount, tell, ['keepalived'])
  try {
    return await Promise.race([installed(site, tell).then(body), interrupted()])
  } finally {
    await site.close()
  }
}

async function installed(site: RaceSite, tell: (text: string) => void): Promise<RaceSite> {
  tell('installing berofosd')
  const install = ['apt-get', 'install', '--yes', `/root/${basename(site.slave.packageFile)}`]
  await site.slave.must(install, { timeoutMs: 180_000 })
  return site
}

/** Rejects when the bench is to end early, so that what is open is closed. */
function interrupted(): Promise<never> {
  return new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => reject(new Error(`ended by ${signal}`)))
  })
}
