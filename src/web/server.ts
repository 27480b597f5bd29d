import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { type AddressInfo, isIP, type Socket } from 'node:net'
import { ClientPlaces } from '../system/client-places.ts'
import { systemClock } from '../system/clock.ts'

/** What a path answers. */
export interface Page {
  /** HTTP status. */
  readonly code: number
  /** Its media type. */
  readonly type: string
  readonly body: string
  /** Content-Security-Policy of what it needs besides inline styles; absent: nothing. */
  readonly policy?: string
  /** Made anew for each request; others may be a second old. */
  readonly alwaysNew?: true
}

/** Makes the page of a path, which comes without its query. */
export type PageAt = (path: string) => Page

export interface WebServer {
  /** Where it listens: the system chooses one for 0. */
  readonly port: number
  close(): Promise<void>
}

/** Of this host, in numbers: a name could make everybody wait for a name server. */
export interface Address {
  readonly host: string
  readonly port: number
}

export interface Limits {
  /** At once, a browser and a few collectors: for more, whoever has been there for longest makes room. */
  readonly clients: number
  /** To say what one wants, and to take what one gets. */
  readonly silenceMs: number
}

const usual: Limits = { clients: 32, silenceMs: 5000 }

/**
 * Answers GET and HEAD at the address: nothing can be changed. A connection is for one request. What is pipelined behind
 * it costs nothing, as thousands fit into one piece, and pages made of them would hold up the daemon for seconds.
 * @throws when it can't be listened at
 */
export async function serveWeb(
  { host, port }: Address,
  answer: PageAt,
  /** Names under which it may be asked for, besides addresses; null: any. */
  names: (() => ReadonlySet<string>) | null = null,
  { clients, silenceMs }: Limits = usual,
): Promise<WebServer> {
  // A daemon without a page is smaller without it.
  const { createServer } = await import('node:http')
  const server = createServer({
    headersTimeout: silenceMs,
    connectionsCheckingInterval: silenceMs,
  })
  const served = new WeakSet<Socket>()
  const isOurs = (request: IncomingMessage) => names === null || isAskedHere(hostOf(request), names())
  const serve = (request: IncomingMessage, response: ServerResponse) => {
    if (served.has(request.socket)) return
    served.add(request.socket)
    respond(request, response, isOurs(request) ? answer : elsewhere)
  }
  // Whatever a request expects, it gets a page: by itself Node would keep the connection.
  for (const event of ['request', 'checkContinue', 'checkExpectation']) server.on(event, serve)
  const places = new ClientPlaces<Socket>(clients, () => systemClock.mono())
  server.on('connection', socket => {
    if (places.enter(socket)) socket.on('close', () => places.leave(socket))
  })
  // Counts while nothing is said and while nothing is taken.
  server.setTimeout(silenceMs, socket => socket.resetAndDestroy())
  await listen(server, host, port)
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', reject)
      // Such as too many open files while accepting: that client is lost, the daemon is not.
      server.on('error', () => {})
      resolve()
    })
  })
}

/** A status is of the moment. */
const headers = {
  'Cache-Control': 'no-store',
  Connection: 'close',
  'X-Content-Type-Options': 'nosniff',
}
const policy = "default-src 'none'; style-src 'unsafe-inline'"

function respond({ method, url }: IncomingMessage, response: ServerResponse, answer: PageAt): void {
  response.on('error', () => {})
  const reads = method === 'GET' || method === 'HEAD'
  const page = reads ? pageOf(url ?? '/', answer) : onlyReads
  const body = Buffer.from(page.body)
  const allow = reads ? {} : { Allow: 'GET, HEAD' }
  response.writeHead(page.code, {
    ...headers,
    ...allow,
    'Content-Security-Policy': page.policy === undefined ? policy : `${policy}; ${page.policy}`,
    'Content-Type': page.type,
    'Content-Length': body.length,
  })
  response.end(method === 'HEAD' ? undefined : body)
}

const plain = 'text/plain; charset=utf-8'
const onlyReads: Page = { code: 405, type: plain, body: 'only GET and HEAD\n' }

function pageOf(url: string, answer: PageAt): Page {
  try {
    return answer(pathOf(url))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { code: 500, type: plain, body: `internal error: ${why}\n` }
  }
}

function elsewhere(): Page {
  const body = 'not asked for under this name: add it to [http] hosts in berofosd.conf\n'
  // RFC 9110 15.5.20: a server that does not answer for this name.
  return { code: 421, type: plain, body }
}

/** RFC 9112 3.2.2: the host of the whole address counts before the header. */
function hostOf({ url = '', headers: { host } }: IncomingMessage): string | undefined {
  return /^https?:\/\/(?:[^/?@]*@)?([^/?]*)/i.exec(url)?.[1] ?? host
}

/** RFC 9112 3.2.2: the form with a host, as proxies get it, is taken everywhere. */
function pathOf(url: string): string {
  return url.replace(/^https?:\/\/[^/?]*/i, '').split('?', 1)[0] || '/'
}

/**
 * Whether a page may be asked for under this Host header. Under another name it is a page of somebody else whose name was
 * made to lead here (DNS rebinding), so that a browser inside reads this node's status to him. An address can't be made to
 * lead elsewhere, and without a header it is no browser.
 * @param header as it came, with or without a port
 * @param names in lower case, without a dot at the end
 */
export function isAskedHere(header: string | undefined, names: ReadonlySet<string>): boolean {
  if (header === undefined || header === '') return true
  const name = nameIn(header)
  return isIP(name) !== 0 || name === 'localhost' || names.has(name)
}

/** `[::1]:80` → `::1`, `Tel2.:80` → `tel2`. */
function nameIn(header: string): string {
  const bracketed = /^\[([^\]]*)\](?::\d*)?$/.exec(header)?.[1]
  return (bracketed ?? header.replace(/:\d*$/, '')).toLowerCase().replace(/\.$/, '')
}

/**
 * The names of this node, in lower case: its host name, and what /etc/hosts calls it besides, such as its full name. Not
 * every name that begins alike: `tel2.example` may belong to anybody.
 * @param hosts the text of /etc/hosts
 */
export function ownNames(hostname: string, hosts: string): string[] {
  const own = hostname.toLowerCase()
  const lines = hosts.split('\n').map(line => line.replace(/#.*/, '').trim().toLowerCase().split(/\s+/))
  const alike = lines.map(([, ...names]) => names).filter(names => names.includes(own))
  return [...new Set([own, own.split('.', 1)[0] ?? own, ...alike.flat()])]
}
