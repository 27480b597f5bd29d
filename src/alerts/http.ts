import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http'
import { endAfter } from '../net/deadline.ts'
import { systemCas } from '../probes/system-cas.ts'
import type { Clock } from '../system/clock.ts'
import { type HttpSending, lookUpFor, noAnswerIn, type Senders, type Sent, whyOf } from './sending.ts'

/** Until the answer is there: look-up, connection, TLS and all. healthchecks.io gives its clients as long. */
const deadlineMs = 10_000
/** Bytes of an answer that are looked at. */
const longestAnswer = 4096

/** One request on a connection of its own; redirects are not followed, since they would lose the body. */
export const sendHttp: Senders['http'] = async (sending, clock, signal) => {
  const end = endAfter(clock, deadlineMs, [signal])
  try {
    return signal.aborted ? stopped : await ask(sending, clock, end.signal)
  } catch (error) {
    if (signal.aborted) return stopped
    return { ok: false, why: end.isLate ? noAnswerIn(deadlineMs) : whyOf(error) }
  } finally {
    end.release()
    end.abort()
  }
}

const stopped: Sent = { ok: false, why: 'stopped before an answer came' }

async function ask(sending: HttpSending, clock: Clock, signal: AbortSignal): Promise<Sent> {
  const secure = new URL(sending.url).protocol === 'https:'
  const secureContext = secure ? await systemCas() : undefined
  const options = {
    ...optionsOf(sending, clock, signal),
    ...(secureContext && { secureContext }),
  }
  // A daemon that never asks anybody by HTTP is smaller without them.
  const { request } = await (secure ? import('node:https') : import('node:http'))
  const { response, body } = await answerTo(request(options), sending.body)
  return verdictOf(response.statusCode ?? 0, body, sending)
}

function optionsOf(
  { url, method, headers, body }: HttpSending,
  clock: Clock,
  signal: AbortSignal,
): RequestOptions {
  const { hostname, port, pathname, search, username, password } = new URL(url)
  const length = body === null ? {} : { 'content-length': Buffer.byteLength(body) }
  return {
    method,
    hostname: hostname.replace(/^\[(.*)\]$/, '$1'),
    ...(port !== '' && { port }),
    path: pathname + search,
    ...(username !== '' && { auth: `${decodeURIComponent(username)}:${decodeURIComponent(password)}` }),
    headers: { 'user-agent': 'berofosd', connection: 'close', ...length, ...headers },
    agent: false,
    lookup: lookUpFor(deadlineMs, clock, signal),
    // Handed on to `connect`, which its type does not say.
    ...{ autoSelectFamily: true },
    signal,
  }
}

/** Rejects at every error, the deadline included. */
function answerTo(
  asked: ClientRequest,
  body: string | null,
): Promise<{ response: IncomingMessage; body: string }> {
  return new Promise((resolve, reject) => {
    asked.on('error', reject)
    asked.on('response', response => {
      let text = ''
      const end = () => {
        resolve({ response, body: text })
        asked.destroy()
      }
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text = (text + chunk).slice(0, longestAnswer)
        if (text.length === longestAnswer) end()
      })
      response.on('end', end)
      response.on('error', reject)
    })
    asked.end(body ?? undefined)
  })
}

/** What may be tried again later: RFC 9110 15.5.9, RFC 6585 4, and a server's own trouble. */
const passing = [408, 425, 429]

function verdictOf(status: number, body: string, { judge }: HttpSending): Sent {
  if (status >= 200 && status < 300) {
    const wrong = judge?.(body) ?? null
    return wrong === null ? { ok: true } : { ok: false, why: wrong, refused: true }
  }
  const why = `HTTP ${status}${cureOf[status] ?? ''}`
  return status >= 300 && status < 500 && !passing.includes(status)
    ? { ok: false, why, refused: true }
    : { ok: false, why }
}

const cureOf: Readonly<Record<number, string>> = {
  301: ', it has moved: correct the url',
  302: ', it has moved: correct the url',
  307: ', it has moved: correct the url',
  308: ', it has moved: correct the url',
  401: ': see the login in url, or header',
  403: ': see the login in url, or header',
  404: ': see the path of the url',
  429: ': too many requests',
}
