import { createServer, type Server, type Socket } from 'node:net'
import type { Clock } from '../system/clock.ts'
import { answerPlan, type FaultName, type Steering } from './faults.ts'
import { createLoginCheck, type ServeOptions, type ServerState, serveConnection } from './http-requests.ts'
import {
  moveRelay,
  type RelayChange,
  rebootDevice,
  type SimulatedDevice,
  unplugDevice,
} from './simulated-device.ts'
import { settleWatchdog } from './simulated-watchdog.ts'

export interface HttpServerOptions extends ServeOptions {
  readonly host: string
  /** 0: any free one; it stays the same until `close`. */
  readonly port: number
  /** The relay has moved. */
  readonly onChange?: (change: RelayChange) => void
}

export interface HttpServer {
  /** Rejects when the address can't be used. */
  listen(): Promise<{ readonly host: string; readonly port: number }>
  /** Leaves no socket and no timer; what would have happened later does not happen. */
  close(): Promise<void>
  /** A fault from now on, or something that happens now. Resolves when it applies; connections that hang end. */
  steer(steering: Steering): Promise<void>
  /** Tells of a watchdog that has tripped meanwhile. */
  look(): void
  /** The present fault. */
  fault(): { readonly name: FaultName; readonly ms: number }
  /** Makes every nonce given out so far too old. */
  expireNonces(): void
}

/** A virtual berofos on a real socket: HTTP/1.0, one connection at a time, no Content-Length. */
export function openHttpServer(device: SimulatedDevice, options: HttpServerOptions): HttpServer {
  const timers = createTimers(options.clock)
  let opened = false
  const absence = createAbsence(timers.after, () => void settle())
  const state: ServerState = {
    device,
    options,
    login: createLoginCheck(device),
    fault: { name: 'none', ms: 0 },
    after: timers.after,
    goAway: absence.begin,
    tellChanges: createTeller(device, options.onChange),
  }
  const listener = createListener(options, socket => serveConnection(socket, state))

  const settle = () => {
    const { listening } = answerPlan(state.fault.name, state.fault.ms, 0)
    return listener.set(opened && !absence.lasts() && !device.unplugged && listening)
  }
  const actions = createActions(device, options.clock, absence.begin)

  return {
    async listen() {
      opened = true
      await settle()
      return listener.address()
    },
    async close() {
      opened = false
      timers.cancelAll()
      await settle()
    },
    async steer(steering) {
      if (steering.kind === 'action') actions[steering.name](steering.value)
      else state.fault = { name: steering.name, ms: steering.ms }
      state.tellChanges()
      listener.dropConnections()
      await settle()
    },
    look() {
      settleWatchdog(device, options.clock.mono())
      state.tellChanges()
    },
    fault: () => state.fault,
    expireNonces: () => state.login.expireNonces(),
  }
}

/** A while in which nothing listens. One that begins within another lasts as long as the longer one. */
function createAbsence(after: (ms: number, run: () => void) => void, changed: () => void) {
  let open = 0
  return {
    lasts: () => open > 0,
    begin(ms: number) {
      open += 1
      changed()
      after(ms, () => {
        open -= 1
        changed()
      })
    },
  }
}

/** What happens to a device once; `away`: it is not reachable for so long. */
function createActions(device: SimulatedDevice, clock: Clock, away: (ms: number) => void) {
  const actions = {
    hand(mode: number) {
      moveRelay(device, mode === 0 ? 0 : 1, clock.mono(), 'hand')
    },
    unplug() {
      settleWatchdog(device, clock.mono())
      unplugDevice(device, clock.mono())
    },
    plug(ms: number) {
      if (device.unplugged) actions.reboot(ms)
    },
    reboot(ms: number) {
      rebootDevice(device, clock.mono())
      away(ms)
    },
  }
  return actions
}

function createTimers(clock: Clock) {
  const timers = new Set<{ cancel(): void }>()
  return {
    after(ms: number, run: () => void) {
      const timer = clock.after(ms, () => {
        timers.delete(timer)
        run()
      })
      timers.add(timer)
      return () => {
        timers.delete(timer)
        timer.cancel()
      }
    },
    cancelAll() {
      for (const timer of timers) timer.cancel()
      timers.clear()
    },
  }
}

function createTeller(device: SimulatedDevice, onChange: HttpServerOptions['onChange']): () => void {
  let last = device.changes.at(-1)
  return () => {
    const from = last ? device.changes.lastIndexOf(last) + 1 : 0
    const news = device.changes.slice(from)
    last = device.changes.at(-1)
    for (const change of news) onChange?.(change)
  }
}

/** More connections are closed, as by a real device. */
const mostConnections = 64

interface ListenAddress {
  readonly host: string
  readonly port: number
}

/** A listening socket that can be taken away and put back at the same port, and a queue before it. */
function createListener(where: ListenAddress, serve: (socket: Socket) => Promise<void>) {
  let port = where.port
  let server: Server | null = null
  let changing: Promise<void> = Promise.resolve()
  let turn: Promise<void> = Promise.resolve()
  const sockets = new Set<Socket>()

  function admit(socket: Socket) {
    socket.on('error', () => {})
    if (sockets.size >= mostConnections) {
      socket.destroy()
      return
    }
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    turn = turn.then(() => (socket.destroyed ? undefined : serve(socket)))
  }

  function dropConnections() {
    for (const socket of sockets) socket.destroy()
  }

  async function change(open: boolean) {
    if (open && !server) {
      server = createServer(admit)
      await listening(server, port, where.host)
      const address = server.address()
      if (address && typeof address === 'object') port = address.port
    } else if (!open && server) {
      const closing = server
      server = null
      const closed = new Promise<void>(resolve => closing.close(() => resolve()))
      dropConnections()
      await closed
    }
  }

  return {
    dropConnections,
    set(open: boolean): Promise<void> {
      const next = changing.then(() => change(open))
      changing = next.catch(() => {
        server = null
      })
      return next
    },
    address: () => ({ host: where.host, port }),
  }
}

function listening(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}
