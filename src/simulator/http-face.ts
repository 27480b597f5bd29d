import type { Clock } from '../system/clock.ts'
import { answerPlan, type FaultName, type Steering } from './faults.ts'
import { createDoor } from './http-face-door.ts'
import { createLoginCheck } from './http-face-login.ts'
import { type FaceState, type ServeOptions, serveConnection } from './http-face-serve.ts'
import { moveRelay, type RelayChange, rebootDevice, type SimulatedDevice } from './simulated-device.ts'

export interface HttpFaceOptions extends ServeOptions {
  readonly host: string
  /** 0: any free one; it stays the same until `close`. */
  readonly port: number
  /** The relay has moved. */
  readonly onChange?: (change: RelayChange) => void
}

export interface HttpFace {
  /** Rejects when the address can't be used. */
  listen(): Promise<{ readonly host: string; readonly port: number }>
  /** Leaves no socket and no timer; what would have happened later does not happen. */
  close(): Promise<void>
  /** A fault from now on, or something that happens now. Resolves when it is in force; connections that hang end. */
  steer(steering: Steering): Promise<void>
  /** The fault in force. */
  fault(): { readonly name: FaultName; readonly ms: number }
  /** Makes every nonce given out so far too old. */
  expireNonces(): void
}

/** A virtual berofos on a real socket: HTTP/1.0, one connection at a time, no Content-Length. */
export function openHttpFace(device: SimulatedDevice, options: HttpFaceOptions): HttpFace {
  const timers = createTimers(options.clock)
  const state: FaceState = {
    device,
    options,
    login: createLoginCheck(device),
    fault: { name: 'none', ms: 0 },
    after: timers.after,
    tellChanges: createTeller(device, options.onChange),
  }
  const door = createDoor(options, socket => serveConnection(socket, state))
  let opened = false
  let rebooting = false

  const plan = () => answerPlan(state.fault.name, state.fault.ms, 0)
  const settle = () => door.set(opened && !rebooting && plan().listening)

  const actions = {
    hand(mode: number) {
      moveRelay(device, mode === 0 ? 0 : 1, options.clock.mono(), 'hand')
    },
    reboot(ms: number) {
      rebootDevice(device, options.clock.mono())
      rebooting = true
      timers.after(ms, () => {
        rebooting = false
        void settle()
      })
    },
  }

  return {
    async listen() {
      opened = true
      await settle()
      return door.address()
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
      door.dropConnections()
      await settle()
    },
    fault: () => state.fault,
    expireNonces: () => state.login.expireNonces(),
  }
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

function createTeller(device: SimulatedDevice, onChange: HttpFaceOptions['onChange']): () => void {
  let last = device.changes.at(-1)
  return () => {
    const from = last ? device.changes.lastIndexOf(last) + 1 : 0
    const news = device.changes.slice(from)
    last = device.changes.at(-1)
    for (const change of news) onChange?.(change)
  }
}
