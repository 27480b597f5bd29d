import type { Steering } from '../../src/simulator/faults.ts'
import { openHttpServer } from '../../src/simulator/http-server.ts'
import { type AuthScheme, createSimulatedDevice, modeOf } from '../../src/simulator/simulated-device.ts'
import { noteToParent, serveParent, watchStarving } from './children.ts'
import type { RequestKind } from './record.ts'
import { monoMs, sharedClock } from './shared-clock.ts'

// One virtual berofos. Notes each request and each real move.

export type DeviceOrder =
  | { readonly do: 'hello' }
  | { readonly do: 'steer'; readonly steering: Steering }
  /** Someone on its web page: a parameter's value. */
  | { readonly do: 'set'; readonly keyword: string; readonly value: string }

/** How it is after the order. */
export interface DeviceAnswer {
  readonly host: string
  readonly port: number
  readonly mode: 0 | 1
  readonly wdog: string
}

const [name = 'fos1', at = '127.0.0.1', auth = 'none', firmware = '1.53', mode = '1'] = process.argv.slice(2)
const device = createSimulatedDevice({
  auth: auth as AuthScheme,
  firmware,
  values: { mode, modedef: mode, apwd: 'secret' },
})
const server = openHttpServer(device, {
  host: at,
  port: 0,
  clock: sharedClock,
  delayMs: 3,
  onRequest({ target, atMono }) {
    const status = device.requests.at(-1)?.status ?? null
    noteToParent({
      kind: 'request',
      at: atMono,
      relay: name,
      what: kindOf(target),
      status,
      fault: server.fault().name,
    })
  },
  onChange: ({ mode, atMono, by }) => noteToParent({ kind: 'change', at: atMono, relay: name, mode, by }),
})
const { host, port } = await server.listen()
watchStarving(name, noteToParent)

serveParent<DeviceOrder>(async (order): Promise<DeviceAnswer> => {
  if (order.do === 'steer') await steer(order.steering)
  else if (order.do === 'set') device.values.set(order.keyword, order.value)
  return { host, port, mode: modeOf(device), wdog: device.values.get('wdog') ?? '' }
})

async function steer(steering: Steering): Promise<void> {
  const isFault = steering.kind === 'fault'
  const fault = isFault ? steering.name : server.fault().name
  // Noted before it is in force when it begins, and after when it ends: what falls in between has an explanation.
  if (fault !== 'none') noteToParent({ kind: 'fault', at: monoMs(), relay: name, fault })
  await server.steer(steering)
  if (isFault && fault === 'none') noteToParent({ kind: 'fault', at: monoMs(), relay: name, fault })
}

function kindOf(target: string): RequestKind {
  if (target === '/config.txt') return 'read'
  const mode = new URLSearchParams(target.slice(2)).get('mode')
  return mode === '0' || mode === '1' ? `mode=${mode}` : 'other'
}
