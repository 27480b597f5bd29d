import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { modeOf } from '../../src/simulator/simulated-device.ts'
import { openSite } from '../../src/simulator/site.ts'
import { endsWithUs } from '../helpers/started.ts'

/** A virtual site in a process of its own, so that what is measured does not share a core's time slice with it. */
export interface SiteProcess {
  readonly ports: readonly number[]
  /** Requests seen by all relays so far, and the modes they are at. */
  modes(): Promise<readonly number[]>
  close(): Promise<void>
}

export async function startSiteProcess(relays: number, delayMs: number): Promise<SiteProcess> {
  const child = endsWithUs(
    fork(fileURLToPath(import.meta.url), [String(relays), String(delayMs)], {
      execArgv: ['--import', 'tsx'],
    }),
  )
  const ask = async (word: string): Promise<unknown> => {
    const answer = once(child, 'message')
    child.send(word)
    return (await answer)[0]
  }
  const [ports] = await once(child, 'message')
  return {
    ports,
    modes: async () => (await ask('modes')) as number[],
    async close() {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
}

if (process.send && process.argv[1] === fileURLToPath(import.meta.url)) {
  const [relays, delayMs] = process.argv.slice(2).map(Number)
  const site = await openSite({ relays: relays ?? 1, delayMs: delayMs ?? 0 })
  process.on('message', () => process.send?.(site.relays.map(({ device }) => modeOf(device))))
  process.send(site.relays.map(({ port }) => port))
}
