import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { talk } from '../../src/control/client.ts'
import { openSite } from '../../src/simulator/site.ts'
import type { Overrides } from '../../src/simulator/site-config.ts'
import { systemClock } from '../../src/system/clock.ts'
import { type DaemonProcess, startDaemon } from './daemon-process.ts'
import { type Figure, median, ms } from './report.ts'

const relays = 4
const rounds = 40
/** Two medians of the same work differ by so much on a busy machine. */
const limit = 1.25

/** An order until the last relay has moved: by a daemon that tells nobody, and by one whose every way to tell hangs. */
export async function benchAlerts(): Promise<Figure[]> {
  const { port, taken, close } = await startBlackHole()
  const url = `http://127.0.0.1:${port}/`
  const silent = await startMoving({})
  const hanging = await startMoving({
    alert: { command: 'sleep 25', url, mail_to: 'root', smtp: `127.0.0.1:${port}`, level: 'notice' },
    heartbeat: { url, interval: '1s' },
  })
  const daemons = { silent, hanging }
  const times = { silent: [] as number[], hanging: [] as number[] }
  for (let round = 0; round < rounds; round++) {
    const role = round % 2 === 0 ? 'slave' : 'master'
    // Either goes first as often, since who is first may find colder caches.
    const order = round % 4 < 2 ? (['silent', 'hanging'] as const) : (['hanging', 'silent'] as const)
    for (const name of order) times[name].push(await daemons[name].move(role))
    // So that alerts become due, and hang, while the lines move.
    await new Promise(resolve => setTimeout(resolve, 1000))
  }
  const peers = taken()
  await Promise.all([silent.close(), hanging.close()])
  close()
  const ratio = median(times.hanging) / median(times.silent)
  return [
    {
      name: `command, HTTP, mail and heartbeat all hanging: an order until the last of ${relays} relays has moved`,
      value: `median ${ms(median(times.hanging))}, worst of ${rounds} ${ms(Math.max(...times.hanging))}`,
      limit: `${limit} times a daemon that tells nobody`,
      holds: ratio <= limit && peers > 2,
      ratio: `${ratio.toFixed(2)} times; without alerts ${ms(median(times.silent))}, worst ${ms(Math.max(...times.silent))}; ${peers} connections hung`,
    },
  ]
}

/** Takes every connection and says nothing. */
async function startBlackHole() {
  let count = 0
  const server = createServer(socket => {
    count += 1
    socket.on('error', () => {}).resume()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { port, taken: () => count, close: () => void server.close() }
}

async function startMoving(overrides: Overrides) {
  let moved = () => {}
  const site = await openSite({ relays, delayMs: 20, onChange: () => moved() })
  const daemon = await startDaemon(site, overrides)
  await daemon.untilStatus('steady', ({ phase }) => phase === 'steady')
  return {
    move: (role: string) =>
      new Promise<number>((resolve, reject) => {
        const from = performance.now()
        let open = relays
        moved = () => {
          open -= 1
          if (open === 0) resolve(performance.now() - from)
        }
        giveOrder(daemon, role).catch(reject)
      }),
    close: async () => {
      await daemon.close()
      await site.close()
    },
  }
}

async function giveOrder({ files }: DaemonProcess, role: string): Promise<void> {
  const request = { command: 'force', role, forMs: null, reason: 'bench' }
  const result = await talk(files.controlSocket, request, { clock: systemClock, silenceMs: 10_000 })
  if (result.outcome !== 'answered' || !result.reply.ok)
    throw new Error(`force ${role}: ${JSON.stringify(result)}`)
}
