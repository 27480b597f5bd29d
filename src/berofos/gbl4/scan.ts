import type { DeviceClock } from '../device.ts'
import { ask, at, ended, firstHeard, type Line, macMalformed, noWay, withLine } from './client.ts'
import { decodeAnswer, encodeRequest } from './codec.ts'
import { type AnswerFields, berofosMagics, commands } from './commands.ts'
import { parseMac } from './layout.ts'
import { done, failed, type Gbl4Options, type Gbl4Reply, type Gbl4Target } from './reply.ts'
import type { Sender } from './udp-link.ts'

/** What a berofos says about itself. */
export interface FoundDevice extends AnswerFields<'getNetconf'> {
  /** Where the answer came from; not always the address that it is set to. */
  readonly from: string
}

export interface ScanOptions extends Gbl4Options {
  /** Name or address; null or absent: everybody around. */
  readonly host?: string | null
  /** Each device as soon as it is heard, once. */
  readonly onDevice?: (device: FoundDevice) => void
}

/** The request goes out so often within the time-out, since any datagram may get lost. */
const repeats = 3

/** The most devices that a scan tells apart, so that a stranger can't fill the memory. */
const mostDevices = 4096

/** Every berofos that answers until the time-out, by MAC. None is no error. */
export function scan(options: ScanOptions): Promise<Gbl4Reply<FoundDevice[]>> {
  const { host = null, timeoutMs = commands.getNetconf.timeoutMs, onDevice } = options
  return withLine(host, timeoutMs, options, async line => {
    const found = new Map<string, FoundDevice>()
    const heard = firstHeard(line, (datagram, from) => {
      const device = deviceOf(datagram, from)
      if (!device || found.has(device.mac) || found.size >= mostDevices) return null
      found.set(device.mac, device)
      onDevice?.(device)
      return null
    })
    const systemCode = await line.link.send(request)
    if (systemCode !== null) return failed('unreachable', noWay(host, systemCode))
    const repeating = repeatRequest(line, options.clock, timeoutMs)
    await heard
    repeating.cancel()
    if (line.end.isCancelled) return ended(line, 'the network', timeoutMs)
    return done([...found.values()].sort((a, b) => (a.mac < b.mac ? -1 : 1)))
  })
}

/** What one device says about itself; another one at its address is not taken for it, but named. */
export function readNetconf(target: Gbl4Target, options: Gbl4Options): Promise<Gbl4Reply<FoundDevice>> {
  const mac = parseMac(target.mac)
  if (mac === null) return Promise.resolve(macMalformed(target.mac))
  const timeoutMs = options.timeoutMs ?? commands.getNetconf.timeoutMs
  return withLine(target.host, timeoutMs, options, async line => {
    let other: string | null = null
    const repeating = repeatRequest(line, options.clock, timeoutMs)
    const device = await ask(line, request, (datagram, from) => {
      const device = deviceOf(datagram, from)
      if (device?.mac === mac) return device
      other = device?.mac ?? other
      return null
    })
    repeating.cancel()
    if (typeof device === 'string') return failed('unreachable', noWay(target.host, device))
    if (device) return done(device)
    if (other !== null && target.host !== null && !line.end.isCancelled)
      return failed('timeout', `${mac} did not answer: at ${target.host} is ${other}, correct host or mac`)
    return ended(line, `${mac}${at(target.host)}`, timeoutMs)
  })
}

const request = encodeRequest('getNetconf', {})

/** null: no answer of a berofos that counts here. */
function deviceOf(datagram: Buffer, from: Sender): FoundDevice | null {
  const fields = decodeAnswer('getNetconf', datagram)
  return fields && berofosMagics.includes(fields.hwmagic) ? { ...fields, from: from.address } : null
}

/** Sends the request again, evenly within the time-out, until cancelled. */
function repeatRequest({ link, end }: Line, clock: DeviceClock, timeoutMs: number) {
  const everyMs = timeoutMs / repeats
  let left = repeats - 1
  const again = () => {
    if (end.signal.aborted || left === 0) return
    left -= 1
    void link.send(request)
    timer = clock.after(everyMs, again)
  }
  let timer = clock.after(everyMs, again)
  return { cancel: () => timer.cancel() }
}
