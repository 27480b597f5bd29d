import type { SipMessage } from './sip-message.ts'

/** Where a request came from. */
export interface SipPeer {
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
