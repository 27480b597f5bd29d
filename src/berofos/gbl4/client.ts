import { isIPv4, isIPv6 } from 'node:net'
import { endAfter, type WorkEnd } from '../../net/deadline.ts'
import { createHostAddress } from '../host-address.ts'
import { nameUnknown, unreachable } from '../http/failures.ts'
import { broadcastPaths, limitedBroadcast } from './broadcast-paths.ts'
import { encodeRequest } from './codec.ts'
import { type CommandName, commands, gbl4Port, type RequestFields } from './commands.ts'
import { parseMac } from './layout.ts'
import { done, failed, type Gbl4Options, type Gbl4Reply, type Gbl4Target } from './reply.ts'
import { type OpenedLink, openBroadcastLink, openLink, type Sender, type UdpLink } from './udp-link.ts'

/** Where a request goes. */
interface Destination {
  /** IPv4 address; null: out of every interface. */
  readonly address: string | null
  /** Whether the address is that of one device, not a broadcast address. */
  readonly single: boolean
  readonly port: number
}

/** A call that has an open link and an end. */
export interface Line {
  readonly link: UdpLink
  readonly to: Destination
  readonly end: WorkEnd
}

/** Commands whose request carries the MAC of the one device that is meant. */
type AddressedCommand = Exclude<CommandName, 'getNetconf'>

/**
 * Asks one device once, and waits until the deadline for a datagram that `take` understands. It is sent from a port
 * that nobody else knows, and a device answers only requests with its own MAC: so an answer counts whatever address
 * and port it comes from, as a device with two addresses or behind address translation may have another than the one
 * asked. Whatever else arrives (damaged, of another command, of another device) is ignored.
 */
export function exchange<N extends AddressedCommand, T extends object>(
  command: N,
  target: Gbl4Target,
  fields: Omit<RequestFields<N>, 'mac'>,
  options: Gbl4Options,
  take: (datagram: Buffer, mac: string) => T | null,
): Promise<Gbl4Reply<T>> {
  const mac = parseMac(target.mac)
  if (mac === null) return Promise.resolve(macMalformed(target.mac))
  const timeoutMs = options.timeoutMs ?? commands[command].timeoutMs
  return withLine(target.host, timeoutMs, options, async line => {
    const request = encodeRequest(command, { ...fields, mac } as RequestFields<N>)
    const answer = await ask(line, request, datagram => take(datagram, mac))
    if (typeof answer === 'string') return failed('unreachable', noWay(target.host, answer))
    const whom = `${mac}${at(target.host)}`
    if (answer === null && line.end.isCancelled)
      return failed(
        'aborted',
        `${whom} was asked, and it was cancelled before an answer: whether it did it is unknown`,
      )
    return answer ? done(answer) : ended(line, whom, timeoutMs)
  })
}

/** Opens a link to the host, does the work and closes it; the deadline counts from here. Never rejects. */
export async function withLine<T>(
  host: string | null,
  timeoutMs: number,
  options: Gbl4Options,
  work: (line: Line) => Promise<Gbl4Reply<T>>,
): Promise<Gbl4Reply<T>> {
  const end = endAfter(options.clock, timeoutMs, [options.signal])
  try {
    const found = await destinationOf(host, options, end.signal)
    if (!found && !end.isCancelled && host !== null)
      return failed('unreachable', nameUnknown(host, null).text)
    if (!found) return ended({ end }, host ?? 'the broadcast', timeoutMs)
    if (!found.ok) return found
    const opened = await openLinkTo(found.value)
    if (!opened.ok) return failed('unreachable', noWay(host, opened.systemCode))
    try {
      return await work({ link: opened.link, to: found.value, end })
    } finally {
      opened.link.close()
    }
  } finally {
    end.release()
  }
}

/** Sends, and gives the first thing that `take` makes of a datagram; null: the end came. A text: nothing left. */
export async function ask<T extends object>(
  line: Line,
  request: Uint8Array,
  take: (datagram: Buffer, from: Sender) => T | null,
): Promise<T | string | null> {
  const heard = firstHeard(line, take)
  const systemCode = await line.link.send(request)
  return systemCode ?? heard
}

/** What `take` makes of the first datagram that it does not pass over; null: the end came first. */
export function firstHeard<T>(
  { link, end: { signal } }: Pick<Line, 'link' | 'end'>,
  take: (datagram: Buffer, from: Sender) => T | null,
): Promise<T | null> {
  return new Promise(resolve => {
    const finish = (found: T | null) => {
      link.hear(null)
      signal.removeEventListener('abort', giveUp)
      resolve(found)
    }
    const giveUp = () => finish(null)
    signal.addEventListener('abort', giveUp, { once: true })
    link.hear((datagram, from) => {
      const found = take(datagram, from)
      if (found !== null) finish(found)
    })
    if (signal.aborted) giveUp()
  })
}

/** No answer by the end: the time was up, or the caller called it off. `whom` begins the sentence. */
export function ended({ end }: Pick<Line, 'end'>, whom: string, timeoutMs: number) {
  if (end.isCancelled) return failed('aborted', `${whom} was not asked to the end: it was cancelled`)
  return failed(
    'timeout',
    `${whom} did not answer within ${timeoutMs / 1000} s: check its power, its network cable and its MAC`,
  )
}

/** ` at HOST`, or nothing for a broadcast. */
export function at(host: string | null): string {
  return host === null ? '' : ` at ${host}`
}

/** Nothing could be sent; `systemCode` says why. */
export function noWay(host: string | null, systemCode: string): string {
  return unreachable(host ?? 'the broadcast', systemCode).text
}

export function macMalformed(typed: string) {
  return failed('value', `"${printable(typed)}" is no MAC: write it as 00:19:32:00:12:1D`)
}

/** null: the end came first. */
export async function destinationOf(
  host: string | null,
  { clock, timeoutMs = commands.getNetconf.timeoutMs, port = gbl4Port, ...names }: Gbl4Options,
  stop: AbortSignal,
): Promise<Gbl4Reply<Destination> | null> {
  if (host === null || host === limitedBroadcast) return done({ address: null, single: false, port })
  if (isIPv6(host)) return failed('value', `${host} is an IPv6 address: a berofos speaks IPv4 only`)
  if (host === '' || (isIPv4(host) && /^0\./.test(host)))
    return failed('value', `"${host}" is no address of a device: leave it out to ask by broadcast`)
  const found = await createHostAddress(host, clock, { ...names, timeoutMs }).resolve(stop)
  if (!found) return null
  if (!found.ok) return failed('unreachable', nameUnknown(host, found.systemCode).text)
  const [{ address }] = found.value
  const single = !broadcastPaths().some(({ to }) => to.includes(address))
  return done({ address, single, port })
}

function openLinkTo({ address, port }: Destination): Promise<OpenedLink> {
  return address === null ? openBroadcastLink(broadcastPaths(), port) : openLink(address, port)
}

function printable(typed: string): string {
  return typed.replace(/[^\x20-\x7e]/g, '?').slice(0, 40)
}
