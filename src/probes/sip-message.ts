import { isIPv6 } from 'node:net'

/** What makes one OPTIONS request: addresses, and the three marks by which its answer is known. */
export interface SipOptions {
  readonly transport: 'udp' | 'tcp'
  readonly target: { readonly host: string; readonly port: number }
  readonly local: { readonly host: string; readonly port: number }
  /** Without the magic cookie. */
  readonly branch: string
  readonly callId: string
  readonly tag: string
  readonly cseq: number
}

/** A message's head, kept bytes-as-characters (latin1). Header names are long and lower case, values trimmed. */
export interface SipMessage {
  readonly startLine: string
  /** Of a response; null: a request. */
  readonly status: number | null
  readonly headers: ReadonlyMap<string, readonly string[]>
}

/** Largest UDP payload; nothing that answers an OPTIONS comes near it. */
export const sipMaxBytes = 65_536

/** RFC 3261 8.1.1.7: marks a branch that is unique. */
const magicCookie = 'z9hG4bK'

/** RFC 3261 7.3.3 and 20: the short forms of the headers that matter here. */
const longNames: Readonly<Record<string, string>> = {
  v: 'via',
  f: 'from',
  t: 'to',
  i: 'call-id',
  m: 'contact',
  l: 'content-length',
}

/** RFC 3261 11.1, with rport (RFC 3581) so that the answer finds its way through NAT. */
export function buildOptions(options: SipOptions): string {
  const local = `${bracketed(options.local.host)}:${options.local.port}`
  const target = `${bracketed(options.target.host)}:${options.target.port}`
  const suffix = options.transport === 'tcp' ? ';transport=tcp' : ''
  return [
    `OPTIONS sip:${target}${suffix} SIP/2.0`,
    `Via: SIP/2.0/${options.transport.toUpperCase()} ${local};rport;branch=${magicCookie}${options.branch}`,
    'Max-Forwards: 70', // RFC 3261 8.1.1.6
    `From: <sip:berofosd@${bracketed(options.local.host)}>;tag=${options.tag}`,
    `To: <sip:${target}>`,
    `Call-ID: ${options.callId}`,
    `CSeq: ${options.cseq} OPTIONS`,
    `Contact: <sip:berofosd@${local}${suffix}>`,
    'Accept: application/sdp',
    'User-Agent: berofosd',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n')
}

/** A message's head from text that may go on behind it; null: this is not SIP. Lenient in line ends, case and blanks. */
export function parseSip(text: string): SipMessage | null {
  const head = text.slice(0, sipMaxBytes).split(/\r?\n\r?\n/, 1)[0] ?? ''
  const [startLine = '', ...lines] = head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)
  const response = /^SIP\/2\.0 +(\d{3})(?: .*)?$/i.exec(startLine)
  if (!response && !/^[A-Z]+ +\S+ +SIP\/2\.0 *$/i.test(startLine)) return null
  return { startLine, status: response ? Number(response[1]) : null, headers: collectHeaders(lines) }
}

/** Whether `message` is a response to that very request, by branch and CSeq (RFC 3261 17.1.3). */
export function answersTo(message: SipMessage, options: SipOptions): boolean {
  const [number, method] = firstValue(message, 'cseq').split(/\s+/)
  return (
    message.status !== null &&
    branchOf(message) === magicCookie + options.branch &&
    Number(number) === options.cseq &&
    method?.toUpperCase() === 'OPTIONS'
  )
}

/** The first value of a header; empty: there is none. */
export function firstValue(message: SipMessage, name: string): string {
  return message.headers.get(name)?.[0] ?? ''
}

type SipFrame =
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'garbage' }
  | { readonly kind: 'head'; readonly message: SipMessage; readonly totalBytes: number }

/**
 * The first message in a stream (RFC 3261 18.3). `head` comes as soon as the head is complete; `totalBytes` tells
 * where the next message begins, once so many are there. Bytes before it (keep-alives, RFC 5626) count.
 */
export function frameSip(text: string): SipFrame {
  const start = text.search(/[^\r\n]/)
  if (start < 0) return { kind: 'incomplete' }
  const end = /\r?\n\r?\n/.exec(text.slice(start))
  if (!end) return { kind: text.length > sipMaxBytes ? 'garbage' : 'incomplete' }
  const message = parseSip(text.slice(start))
  const bodyBytes = message ? bodyLength(message) : null
  if (message === null || bodyBytes === null) return { kind: 'garbage' }
  return { kind: 'head', message, totalBytes: start + end.index + end[0].length + bodyBytes }
}

function bodyLength(message: SipMessage): number | null {
  const text = firstValue(message, 'content-length') || '0'
  const bytes = /^\d{1,9}$/.test(text) ? Number(text) : null
  return bytes !== null && bytes <= sipMaxBytes ? bytes : null
}

function collectHeaders(lines: readonly string[]): Map<string, string[]> {
  const headers = new Map<string, string[]>()
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (colon < 1) continue
    const name = line.slice(0, colon).trim().toLowerCase()
    const long = Object.hasOwn(longNames, name) ? (longNames[name] ?? name) : name
    headers.set(long, [...(headers.get(long) ?? []), line.slice(colon + 1).trim()])
  }
  return headers
}

/** Of the topmost Via: the one that we wrote, when the message answers us. */
function branchOf(message: SipMessage): string {
  const top = firstValue(message, 'via').split(',', 1)[0] ?? ''
  return /;\s*branch\s*=\s*([^;\s]+)/i.exec(top)?.[1] ?? ''
}

/** RFC 3261 25.1 IPv6reference; a zone means nothing to the other side. */
function bracketed(host: string): string {
  return isIPv6(host) ? `[${host.split('%', 1)[0]}]` : host
}

/**
 * Takes a TCP stream's pieces and hands on each message's head as soon as it is complete; bodies are skipped. Holds
 * at most one head and one piece. Once it saw something that is not SIP it says so and takes nothing more.
 */
export function sipStreamReader(
  onMessage: (message: SipMessage) => void,
  onGarbage: () => void,
): (piece: Buffer) => void {
  let text = ''
  let skipBytes = 0
  let broken = false
  return piece => {
    if (broken) return
    text += piece.toString('latin1')
    for (;;) {
      const skipped = Math.min(skipBytes, text.length)
      text = text.slice(skipped)
      skipBytes -= skipped
      const frame = frameSip(text)
      if (frame.kind === 'head') {
        skipBytes = frame.totalBytes
        onMessage(frame.message)
        continue
      }
      broken = frame.kind === 'garbage'
      return broken ? onGarbage() : undefined
    }
  }
}

/** Where a request came from. */
interface SipPeer {
  readonly address: string
  readonly port: number
}

/**
 * An answer without a body. RFC 3261 8.2.6.2: Via, From, Call-ID and CSeq as they came, To with a tag; `rport` filled
 * in by RFC 3581. For whoever plays the master.
 */
export function buildResponse(request: SipMessage, statusLine: string, peer: SipPeer): string {
  const all = (name: string) => request.headers.get(name) ?? []
  const [top = '', ...vias] = all('via')
  return [
    statusLine,
    `Via: ${top.replace(/;rport(?!=)/, `;received=${peer.address};rport=${peer.port}`)}`,
    ...vias.map(via => `Via: ${via}`),
    `From: ${all('from')[0] ?? ''}`,
    `To: ${all('to')[0] ?? ''};tag=simulated`,
    `Call-ID: ${all('call-id')[0] ?? ''}`,
    `CSeq: ${all('cseq')[0] ?? ''}`,
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n')
}
