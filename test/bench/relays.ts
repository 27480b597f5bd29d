import { openDevice } from '../../src/berofos/http/client.ts'
import { RelayBank } from '../../src/relays/relay-bank.ts'
import { systemClock } from '../../src/system/clock.ts'
import { someSettings } from '../helpers/settings.ts'
import { type Figure, median, ms } from './report.ts'
import { startSiteProcess } from './site-process.ts'

const relays = 64
const delayMs = 20
const rounds = 10
const limitMs = 250

/** From the decision to the last of 64 relays read back, beside the old tool's way: one write after the other. */
export async function benchRelays(): Promise<Figure[]> {
  const site = await startSiteProcess(relays, delayMs)
  const devices = site.ports.map((port, i) => ({ ...device(`fos${i + 1}`), port }))
  const open = (port: number) =>
    openDevice({ host: '127.0.0.1', port, login: null, timeoutMs: 3000 }, systemClock)
  const bank = new RelayBank({
    devices,
    timing: someSettings().relays,
    clock: systemClock,
    open: ({ port }) => open(port),
    known: {},
    line: () => {},
    relaysTried: () => {},
    changed: () => {},
  })
  await bank.allTried()
  const times: number[] = []
  for (let round = 0; round < rounds; round++) {
    const from = performance.now()
    bank.enforce(round % 2 === 0 ? 'slave' : 'master', round)
    await bank.allTried()
    times.push(performance.now() - from)
    const wanted = round % 2 === 0 ? 0 : 1
    if (bank.unconfirmed().length > 0 || (await site.modes()).some(mode => mode !== wanted))
      throw new Error('not every relay followed')
  }
  await bank.close()
  const sequential = await oneAfterTheOther(site.ports, open)
  await site.close()
  const worst = Math.max(...times)
  return [
    {
      name: `${relays} relays of ${delayMs} ms a request: decision to last relay read back`,
      value: `median ${ms(median(times))}, worst of ${rounds} ${ms(worst)}`,
      limit: ms(limitMs),
      holds: worst <= limitMs,
      ratio: `one after the other without reading back takes ${ms(sequential)}, ${(sequential / median(times)).toFixed(1)} times as long`,
    },
  ]
}

function device(name: string) {
  return { name, host: '127.0.0.1', mac: null, login: null, invert: false }
}

async function oneAfterTheOther(
  ports: readonly number[],
  open: (port: number) => ReturnType<typeof openDevice>,
): Promise<number> {
  const from = performance.now()
  for (const port of ports) await open(port).write('mode', '1')
  return performance.now() - from
}
