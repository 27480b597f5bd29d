import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { decodeRequest } from '../berofos/gbl4/codec.ts'
import { gbl4Port } from '../berofos/gbl4/commands.ts'
import type { Clock, Timer } from '../system/clock.ts'
import { answerGbl4, type Gbl4Device } from './gbl4-answers.ts'
import { type Gbl4Faults, type Gbl4Steering, gbl4Rows, soundGbl4 } from './gbl4-faults.ts'
import type { SimulatedDevice } from './simulated-device.ts'

interface Gbl4ServerOptions {
  /** The device's own address, which it answers from. */
  readonly host: string
  /** Default 50123; 0: any free one, where no broadcast reaches it. */
  readonly port?: number
  readonly clock: Clock
  /** Where it hears broadcasts besides; default: `loopbackBroadcasts`. */
  readonly broadcasts?: readonly string[]
  /** While true it hears nothing. */
  readonly deaf?: () => boolean
}

export interface Gbl4Server {
  /** Rejects when the address can't be used, with nothing left open. */
  listen(): Promise<{ readonly host: string; readonly port: number }>
  /** Leaves no socket and no timer. */
  close(): Promise<void>
  steer(steering: Gbl4Steering): void
  /** What is wrong with it, in words; empty: nothing. */
  show(): string
}

/**
 * Sockets of many devices may share these, and each hears every broadcast; a socket bound to an address of its own
 * hears none. The first is where a scan of the loopback interface goes.
 */
const loopbackBroadcasts: readonly string[] = ['127.255.255.255', '255.255.255.255']

/** The most answers that wait for their time. */
const mostDelayed = 1000

/** A virtual berofos on UDP. */
export function openGbl4Server(device: SimulatedDevice, options: Gbl4ServerOptions): Gbl4Server {
  const faults: Gbl4Faults = { ...soundGbl4 }
  const state: Gbl4Device = {
    device,
    upload: null,
    get mute() {
      return faults.mute
    },
  }
  const sockets: Socket[] = []
  const answers = createAnswers(faults, options.clock)
  let received = 0

  const hear = (datagram: Buffer, { address, port }: RemoteInfo) => {
    if (options.deaf?.()) return
    received += 1
    if (isNth(received, faults.lose)) return
    const request = decodeRequest(datagram)
    const answer = request && answerGbl4(state, request, options.clock.mono())
    const [own] = sockets
    if (answer && own) answers.give(answer, datagram => own.send(datagram, port, address, () => {}))
  }
  const close = async () => {
    answers.cancelAll()
    await Promise.all(sockets.splice(0).map(closed))
  }

  return {
    async listen() {
      try {
        const own = await listeningSocket(options.host, options.port ?? gbl4Port, false, hear)
        sockets.push(own)
        const { port } = own.address()
        for (const address of options.broadcasts ?? loopbackBroadcasts)
          sockets.push(await listeningSocket(address, port, true, hear))
        return { host: options.host, port }
      } catch (error) {
        await close()
        throw error
      }
    },
    close,
    steer({ row, value }) {
      const at = { flashMode: device.flashMode, faults }
      row.apply(at, value)
      device.flashMode = at.flashMode
    },
    show: () =>
      [device.flashMode ? 'flashmode' : '', ...Object.values(gbl4Rows).map(row => row.show(faults))]
        .filter(words => words !== '')
        .join(', '),
  }
}

/** Answers with their faults, and those that wait. */
function createAnswers(faults: Gbl4Faults, clock: Clock) {
  const timers = new Set<Timer>()
  let given = 0
  return {
    give(answer: Buffer, send: (datagram: Buffer) => void) {
      given += 1
      if (isNth(given, faults.lose)) return
      const datagram = isNth(given, faults.damage) ? damaged(answer, given) : answer
      const copies = isNth(given, faults.duplicate) ? [datagram, datagram] : [datagram]
      if (faults.delayMs === 0) return copies.forEach(send)
      if (timers.size >= mostDelayed) return
      const timer = clock.after(faults.delayMs, () => {
        timers.delete(timer)
        copies.forEach(send)
      })
      timers.add(timer)
    },
    cancelAll() {
      for (const timer of timers) timer.cancel()
      timers.clear()
    },
  }
}

function isNth(count: number, every: number): boolean {
  return every > 0 && count % every === 0
}

/** Another bit each time. */
function damaged(answer: Buffer, count: number): Buffer {
  const copy = Buffer.from(answer)
  const bit = count % (copy.length * 8)
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return copy
}

function listeningSocket(
  address: string,
  port: number,
  shared: boolean,
  hear: (datagram: Buffer, from: RemoteInfo) => void,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket({ type: 'udp4', reuseAddr: shared })
    const refused = (error: Error) => {
      socket.close()
      reject(error)
    }
    socket.once('error', refused)
    socket.bind({ address, port, exclusive: true }, () => {
      socket.off('error', refused)
      socket.on('error', () => {})
      socket.on('message', hear)
      resolve(socket)
    })
  })
}

function closed(socket: Socket): Promise<void> {
  return new Promise(resolve => socket.close(() => resolve()))
}
