import type { ProbeResult } from '../core/role.ts'
import { firstLine } from './spoken.ts'

export interface Judgement {
  readonly outcome: ProbeResult['outcome']
  readonly detail: string
}

/** errno → what it says of the master, and in which words. */
const causes: Readonly<Record<string, readonly [ProbeResult['outcome'], string]>> = {
  ECONNREFUSED: ['failed', 'connection refused'],
  ECONNRESET: ['failed', 'connection reset'],
  ECONNABORTED: ['failed', 'connection aborted'],
  EPIPE: ['failed', 'connection closed'],
  ETIMEDOUT: ['failed', 'connection timed out'],
  EHOSTUNREACH: ['failed', 'no route to host'],
  EHOSTDOWN: ['failed', 'host is down'],
  ENETUNREACH: ['failed', 'network is unreachable'],
  EACCES: ['inconclusive', 'this node may not ask: permission denied'],
  EPERM: ['inconclusive', 'this node may not ask: operation not permitted (a local packet filter?)'],
  EMFILE: ['inconclusive', 'this process has no file descriptors left: raise LimitNOFILE'],
  ENFILE: ['inconclusive', 'this node has no file descriptors left'],
  EAGAIN: ['inconclusive', 'this node is short of resources'],
  ENOMEM: ['inconclusive', 'this node is out of memory'],
  ENOBUFS: ['inconclusive', 'this node is out of network buffers'],
  EADDRNOTAVAIL: ['inconclusive', 'this node has no local address or port to ask from'],
  EAFNOSUPPORT: ['inconclusive', 'this node does not speak this address family'],
  EINVAL: ['inconclusive', 'this node cannot ask this address'],
  ENETDOWN: ['inconclusive', 'the network of this node is down'],
}

/**
 * What an error means. `local`: our own kernel refused before anything was sent, so that "network is unreachable"
 * speaks of this node; later it was a router that said so. Unknown errors are the master's.
 */
export function judgeError(error: unknown, local: boolean): Judgement {
  const code = codeOf(error)
  const [outcome, detail] = causes[code] ?? ['failed', firstLine(textOf(error)) || 'unknown error']
  if (code === 'ENETUNREACH' && local) return { outcome: 'inconclusive', detail: 'no route from this node' }
  return { outcome, detail }
}

/** Whether it is an error of the network or of this node, which `judgeError` knows by its code. */
export function isKnownError(error: unknown): boolean {
  return Object.hasOwn(causes, codeOf(error))
}

/** `error.code` as text; empty when there is none. */
export function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : ''
  return typeof code === 'string' ? code : ''
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
