import { connect, isIP, type Socket } from 'node:net'
import { hostname } from 'node:os'
import { endAfter, within } from '../net/deadline.ts'
import type { Clock } from '../system/clock.ts'
import { lookUpFor, type MailSending, noAnswerIn, type Senders, type Sent, whyOf } from './sending.ts'

/**
 * The adapter of nodemailer, the only way in which mail leaves: a local `sendmail` hangs in a unit with NoNewPrivileges,
 * since its setgid helper may not write the queue.
 *
 * What was measured of nodemailer 9 (its newer majors ask for Node 20): it takes 60 to 80 ms to load; it has no deadline
 * over a whole delivery, and closing a transport without a pool ends no connection. So it gets a socket of ours, which is
 * destroyed at the deadline.
 */

/** A server may check a sender for a while before it takes the mail; RFC 5321 4.5.3.2 would allow minutes. */
const deadlineMs = 20_000
/** RFC 8314 3.3: TLS from the first byte. */
const submissionsPort = 465

let loading: ReturnType<typeof readPackage> | null = null

export const loadMail: Senders['loadMail'] = async () => {
  await load()
}

function load() {
  loading ??= readPackage()
  return loading
}

/** The whole of a CommonJS package is its default: esbuild, unlike Node, makes no names of its parts. */
async function readPackage() {
  return (await import('nodemailer')).default
}

export const sendMail: Senders['mail'] = async (sending, clock, signal) => {
  const end = endAfter(clock, deadlineMs, [signal])
  const late: Sent = { ok: false, why: noAnswerIn(deadlineMs) }
  try {
    return await within(
      clock,
      Number.POSITIVE_INFINITY,
      deliver(sending, clock, end.signal),
      late,
      end.signal,
    )
  } catch (error) {
    return { ok: false, ...explained(error) }
  } finally {
    end.release()
    end.abort()
  }
}

async function deliver(sending: MailSending, clock: Clock, signal: AbortSignal): Promise<Sent> {
  const { smtp, from, to, subject, text, headers } = sending
  const { createTransport } = await load()
  const socket = await connected(smtp, clock, signal)
  const transport = createTransport({
    ...smtp,
    secure: smtp.port === submissionsPort,
    // No login is sent, so that TLS is as good as none at all: what a server of one's own has for a certificate is taken.
    tls: { rejectUnauthorized: false, ...(isIP(smtp.host) ? {} : { servername: smtp.host }) },
    getSocket: (_, done) => done(null, { connection: socket }),
  })
  const { rejected = [] } = await transport.sendMail({
    ...{ subject, text, headers, disableFileAccess: true, disableUrlAccess: true },
    // As a text, a bare name such as root would be taken for a person's name without an address.
    to: to.map(address => ({ name: '', address })),
    from: from.replace(/@HOSTNAME$/, `@${hostname()}`),
  })
  if (rejected.length === 0) return { ok: true }
  return { ok: false, why: `refused for ${rejected.join(', ')}`, refused: true }
}

/** A connection that ends with the signal. Rejects when there can be none. */
function connected(smtp: MailSending['smtp'], clock: Clock, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const lookup = lookUpFor(deadlineMs, clock, signal)
    const socket = connect({ ...smtp, lookup, autoSelectFamily: true })
    signal.addEventListener('abort', () => socket.destroy(), { once: true })
    socket.on('error', reject)
    socket.once('connect', () => resolve(socket))
  })
}

/** nodemailer gives the server's own words in `response`, and its code in `responseCode`. */
function explained(error: unknown): { readonly why: string; readonly refused?: true } {
  const { response, responseCode } = error as { readonly response?: unknown; readonly responseCode?: unknown }
  if (typeof response !== 'string' || typeof responseCode !== 'number') return { why: whyOf(error) }
  const why = response.replace(/[^\x20-\x7e]+/g, ' ').slice(0, 160)
  return responseCode >= 500 ? { why, refused: true } : { why }
}
