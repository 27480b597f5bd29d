import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a path answers. */
export interface Page {
  /** HTTP status. */
  readonly code: number
  /** Its media type. */
  readonly type: string
  readonly body: string
}

/** Makes the page of a path, which comes without its query. */
export type Answer = (path: string) => Page

export interface WebServer {
  /** Where it listens: the system chooses one for 0. */
  readonly port: number
  close(): Promise<void>
}

export interface Address {
  readonly host: string
  readonly port: number
}

/** A browser and a few collectors; whoever takes more gets none. */
const mostClients = 32
/** Head of a request, bytes. */
const longestHead = 8192
/** To say what one wants, and to take what one gets. */
const longestSilenceMs = 5000

/**
 * Answers GET and HEAD at the address, one request a connection: nobody can hold one, and nothing can be changed.
 * @throws when it can't be listened at
 */
export async function serveWeb(
  { host, port }: Address,
  answer: Answer,
  silenceMs = longestSilenceMs,
): Promise<WebServer> {
  const server = createServer(
    {
      maxHeaderSize: longestHead,
      headersTimeout: silenceMs,
      requestTimeout: silenceMs,
      connectionsCheckingInterval: silenceMs,
    },
    (request, response) => respond(request, response, answer),
  )
  server.maxConnections = mostClients
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

/** A status is of the moment, and holds no script. */
const headers = {
  'Cache-Control': 'no-store',
  Connection: 'close',
  'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'",
  'X-Content-Type-Options': 'nosniff',
}

function respond({ method, url }: IncomingMessage, response: ServerResponse, answer: Answer): void {
  response.on('error', () => {})
  const reads = method === 'GET' || method === 'HEAD'
  const page = reads ? pageOf(url ?? '/', answer) : onlyReads
  const body = Buffer.from(page.body)
  const allow = reads ? {} : { Allow: 'GET, HEAD' }
  response.writeHead(page.code, {
    ...headers,
    ...allow,
    'Content-Type': page.type,
    'Content-Length': body.length,
  })
  response.end(method === 'HEAD' ? undefined : body)
}

const plain = 'text/plain; charset=utf-8'
const onlyReads: Page = { code: 405, type: plain, body: 'only GET and HEAD\n' }

function pageOf(url: string, answer: Answer): Page {
  try {
    return answer(url.split('?', 1)[0] ?? '/')
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { code: 500, type: plain, body: `internal error: ${why}\n` }
  }
}
