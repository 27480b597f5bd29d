import { createSocket, type RemoteInfo } from 'node:dgram'
import { once } from 'node:events'
import type { TestContext } from 'node:test'
import type { Clock } from '../../../src/system/clock.ts'

/**
 * Devices in flash mode, made of nothing but the description of the wire: none of the project's own encoding is in
 * them. They differ in what the description leaves open.
 */
export interface FlashDeviceOptions {
  /** Where a page goes: to the place that its index says, or behind the one before. */
  readonly keeps: 'by index' | 'as they come'
  /** The n-th page datagram that arrives, counted from 1 over all passes → what becomes of it. Default: all is well. */
  readonly page?: (arrival: number, index: number) => PageFate
  /** Milliseconds from a page to its acknowledgement. */
  readonly ackMs?: (arrival: number) => number
  /** How often a preparation is answered, by its number; default once. */
  readonly prepAnswers?: (arrival: number) => number
  readonly devmode?: number
  /** What an acknowledgement carries; default nothing. */
  readonly ackPayload?: Buffer
  /** Answers come from another port than the one asked; default no. */
  readonly otherPort?: boolean
  /** It hears broadcasts, and nothing but the search for devices by them. */
  readonly hearsBroadcast?: boolean
}

/** `ok`: kept and acknowledged. `lost`: never arrived. `unanswered`: kept, its acknowledgement got lost. */
type PageFate = 'ok' | 'lost' | 'unanswered' | 'acknowledged twice' | 'acknowledged thrice'

const pageBytes = 512
export const deviceMac = '00:19:32:00:12:1D'
const macBytes = Buffer.from('00193200121d', 'hex')

interface FlashDevice {
  readonly port: number
  /** What it holds now, in order. */
  image(): Buffer
  /** Indexes of the pages that arrived, in order, those of earlier passes first. */
  readonly order: number[]
  readonly preparations: { readonly pages: number; readonly crc: number }[]
  /** Milliseconds at which each page arrived. */
  readonly arrivedAt: number[]
  /** Ports that pages and preparations came from. */
  readonly fromPorts: Set<number>
}

const answersOf: Record<PageFate, number> = {
  ok: 1,
  lost: 0,
  unanswered: 0,
  'acknowledged twice': 2,
  'acknowledged thrice': 3,
}

export async function openFlashDevice(
  t: TestContext,
  clock: Clock,
  options: FlashDeviceOptions,
): Promise<FlashDevice> {
  const { keeps, page = () => 'ok', ackMs = () => 0, prepAnswers = () => 1, devmode = 1 } = options
  const { ackPayload = Buffer.alloc(0) } = options
  const socket = createSocket('udp4')
  const other = createSocket('udp4')
  let pages: Buffer[] = []
  const order: number[] = []
  const arrivedAt: number[] = []
  const preparations: { pages: number; crc: number }[] = []
  const fromPorts = new Set<number>()

  const answer = (command: number, payload: Buffer, times: number, afterMs: number, to: RemoteInfo) => {
    const speaker = options.otherPort ? other : socket
    const send = () => {
      for (let count = 0; count < times; count++) speaker.send(framed(command, payload), to.port, to.address)
    }
    if (afterMs === 0) send()
    else clock.after(afterMs, send)
  }
  const takePage = (datagram: Buffer, from: RemoteInfo) => {
    const index = datagram.readUInt16BE(11)
    order.push(index)
    arrivedAt.push(clock.mono())
    const fate = page(order.length, index)
    const data = Buffer.from(datagram.subarray(13, 13 + pageBytes))
    if (fate !== 'lost') {
      if (keeps === 'by index') pages[index] = data
      else pages.push(data)
    }
    answer(4, ackPayload, answersOf[fate], ackMs(order.length), from)
  }
  socket.on('message', (datagram, from) => {
    const command = datagram[4] ?? 0
    if (command === 1) return answer(1, netconf(devmode), 1, 0, from)
    if (!datagram.subarray(5, 11).equals(macBytes)) return
    fromPorts.add(from.port)
    if (command === 3) {
      // It begins anew.
      pages = []
      preparations.push({ pages: datagram.readUInt16BE(11), crc: datagram[13] ?? 0 })
      answer(3, ackPayload, prepAnswers(preparations.length), 0, from)
    }
    if (command === 4) takePage(datagram, from)
  })
  const sockets = [socket, other]
  await once(socket.bind(0, '127.0.0.1'), 'listening')
  await once(other.bind(0, '127.0.0.1'), 'listening')
  if (options.hearsBroadcast) {
    const everybody = createSocket({ type: 'udp4', reuseAddr: true })
    everybody.on('message', (datagram, from) => {
      if (datagram[4] === 1) answer(1, netconf(devmode), 1, 0, from)
    })
    await once(everybody.bind(socket.address().port, '127.255.255.255'), 'listening')
    sockets.push(everybody)
  }
  t.after(() => {
    for (const each of sockets) each.close()
  })
  return {
    port: socket.address().port,
    image: () => Buffer.concat([...pages].filter(each => each !== undefined)),
    ...{ order, preparations, arrivedAt, fromPorts },
  }
}

function framed(command: number, payload: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from('GBL\x04', 'latin1'), Buffer.of(command), payload])
  return Buffer.concat([body, Buffer.of(body.reduce((sum, byte) => sum ^ byte, 0))])
}

function netconf(devmode: number): Buffer {
  const rest = '0050' + '0102' + '0121' // hwmagic, bootloader 1.2, firmware 1.33
  const network = '0a220114' + 'ffffff00' + '0a220101' + 'ff' + '07' + '02' + '0050'
  return Buffer.concat([macBytes, Buffer.from(rest, 'hex'), Buffer.of(devmode), Buffer.from(network, 'hex')])
}
