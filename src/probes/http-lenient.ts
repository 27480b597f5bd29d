import type { HttpCheck } from '../core/settings.ts'
import type { Attempt } from './attempt.ts'
import { connectTo, type HttpTarget } from './http-connect.ts'

/** A longer head is no head. */
const headMaxChars = 65_536

/**
 * Asks once more, reading no more of the answer than its status: whoever sends what undici's parser refuses (bare line
 * feeds, folded or broken headers, a length twice, a long head, an unasked 100 Continue) and curl takes is alive all the
 * same.
 */
export function askLeniently(
  running: Attempt,
  check: HttpCheck,
  target: HttpTarget,
  onStatus: (status: number) => void,
): void {
  connectTo(running, target, socket => {
    let text = ''
    const look = (isEnd: boolean) => {
      const status = finalStatus(text, isEnd)
      if (status !== null) onStatus(status)
      else if (isEnd && text === '') running.decide('failed', 'connection closed without an answer')
      else if (isEnd || text.length > headMaxChars) running.decide('failed', 'malformed HTTP answer')
      running.end()
    }
    socket.on('error', error => running.settleError(error))
    socket.on('data', piece => {
      text += piece.toString('latin1')
      look(false)
    })
    socket.once('end', () => look(true))
    socket.write(requestText(check, target.url))
  })
}

/** Status of the first head that is complete, or cut off by the end, and not 1xx; null: there is none yet. */
function finalStatus(text: string, isEnd: boolean): number | null {
  for (let rest = text; ; ) {
    const end = /\r?\n\r?\n/.exec(rest)
    const found = /^HTTP\/\d(?:\.\d)? +(\d{3})(?!\d)/i.exec(rest)
    if (!found || !(end || isEnd)) return null
    const status = Number(found[1])
    if (status >= 200) return status
    if (!end) return null
    rest = rest.slice(end.index + end[0].length)
  }
}

function requestText(check: HttpCheck, url: URL): string {
  return [
    `${check.method.toUpperCase()} ${url.pathname}${url.search} HTTP/1.1`,
    `Host: ${url.host}`,
    'User-Agent: berofosd',
    'Accept: */*',
    'Connection: close',
    '',
    '',
  ].join('\r\n')
}
