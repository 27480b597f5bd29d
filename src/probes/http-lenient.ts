import { request } from 'node:http'
import type { HttpCheck } from '../core/settings.ts'
import type { Attempt } from './attempt.ts'
import { connectTo, type HttpTarget } from './http-connect.ts'
import { firstLine } from './spoken.ts'

/**
 * Asks once more by a parser that takes what curl takes and undici does not: bare line feeds, folded headers, an
 * unasked 100 Continue. Whoever answers like that is alive all the same. The answer's body is not read.
 */
export function askLeniently(
  running: Attempt,
  check: HttpCheck,
  target: HttpTarget,
  onStatus: (status: number) => void,
): void {
  connectTo(running, target, socket => {
    const asked = request({
      createConnection: () => socket,
      insecureHTTPParser: true,
      host: target.url.host,
      setHost: false,
      method: check.method.toUpperCase(),
      path: target.url.pathname + target.url.search,
      headers: { host: target.url.host, 'user-agent': 'berofosd', accept: '*/*', connection: 'close' },
    })
    running.atEnd(() => asked.destroy())
    asked.on('error', error => running.settle('failed', `malformed HTTP answer: ${firstLine(error.message)}`))
    asked.once('response', response => {
      response.on('error', () => {})
      onStatus(response.statusCode ?? 0)
      running.end()
    })
    asked.end()
  })
}
