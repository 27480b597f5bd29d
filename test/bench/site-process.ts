import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { modeOf } from '../../src/simulator/simulated-device.ts'
import { openSite, type Site } from '../../src/simulator/site.ts'
import { endsWithUs } from '../helpers/started.ts'

/** A virtual site in a process of its own, so that what is measured does not share a core's time slice with it. */
export interface SiteProcess {
  readonly ports: readonly number[]
  /** Requests seen by all relays so far, and the modes they are at. */
  modes(): Promise<readonly number[]>
  writeConfig: Site['writeConfig']
  /** One line of the grammar of `simulate`. */
  steer(line: string): Promise<void>
  close(): Promise<void>
}

export async function startSiteProcess(relays: number, delayMs: number): Promise<SiteProcess> {
  const child = endsWithUs(
    fork(fileURLToPath(import.meta.url), [String(relays), String(delayMs)], {
      execArgv: ['--import', 'tsx'],
    }),
  )
  const ask = async (...words: readonly unknown[]): Promise<unknown> => {
    const answer = once(child, 'message')
    child.send(words)
    return (await answer)[0]
  }
  const [ports] = await once(child, 'message')
  return {
    ports,
    modes: async () => (await ask('modes')) as number[],
    writeConfig: async (...told) =>
      (await ask('writeConfig', ...told)) as Awaited<ReturnType<Site['writeConfig']>>,
    steer: async line => void (await ask('steer', line)),
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
  const orders = {
    modes: () => site.relays.map(({ device }) => modeOf(device)),
    writeConfig: site.writeConfig,
    steer: site.steer,
  }
  type Order = (...told: readonly unknown[]) => unknown
  process.on('message', async ([order, ...told]: [keyof typeof orders, ...unknown[]]) =>
    process.send?.(await (orders[order] as Order)(...told)),
  )
  process.send(site.relays.map(({ port }) => port))
}
