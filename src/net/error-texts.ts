/** `peer`: the other end or a router said so; `here`: this node could not ask, which tells nothing about the peer. */
type ErrorSide = 'peer' | 'here'

/** errno of a socket → on which side the fault is, and what it means. */
const networkErrors: Readonly<Record<string, readonly [ErrorSide, string]>> = {
  ECONNREFUSED: ['peer', 'connection refused'],
  ECONNRESET: ['peer', 'connection reset'],
  ECONNABORTED: ['peer', 'connection aborted'],
  EPIPE: ['peer', 'connection closed'],
  ETIMEDOUT: ['peer', 'connection timed out'],
  EHOSTUNREACH: ['peer', 'no route to host'],
  EHOSTDOWN: ['peer', 'host is down'],
  ENETUNREACH: ['peer', 'network is unreachable'],
  EACCES: ['here', 'this node may not ask: permission denied'],
  EPERM: ['here', 'this node may not ask: operation not permitted (a local packet filter?)'],
  EMFILE: ['here', 'this process has no file descriptors left: raise LimitNOFILE'],
  ENFILE: ['here', 'this node has no file descriptors left'],
  EAGAIN: ['here', 'this node is short of resources'],
  ENOMEM: ['here', 'this node is out of memory'],
  ENOBUFS: ['here', 'this node is out of network buffers'],
  EADDRNOTAVAIL: ['here', 'this node has no local address or port to ask from'],
  EAFNOSUPPORT: ['here', 'this node does not speak this address family'],
  EINVAL: ['here', 'this node cannot ask this address'],
  ENETDOWN: ['here', 'the network of this node is down'],
}

interface NetworkError {
  readonly side: ErrorSide
  readonly text: string
}

/** null: not an error of a socket. */
export function networkError(code: string): NetworkError | null {
  const row = Object.hasOwn(networkErrors, code) ? networkErrors[code] : undefined
  return row ? { side: row[0], text: row[1] } : null
}

/** `error.code` as text; empty when there is none. */
export function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : ''
  return typeof code === 'string' ? code : ''
}
