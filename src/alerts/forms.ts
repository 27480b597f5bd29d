import type { AlertFormat, AlertSettings } from '../core/alert-settings.ts'
import { bodyOf, jsonOf, type Message, titleOf } from './message.ts'
import type { HttpSending, MailSending } from './sending.ts'

/** How often Alertmanager hears of what lasts: it takes what it hears no more of as over (its resolve_timeout is 5m). */
export const refreshMs = 60_000
const believedMs = 5 * refreshMs

type Part = Pick<HttpSending, 'url' | 'headers' | 'body'>

const forms: Readonly<Record<AlertFormat, (message: Message, url: string) => Part>> = {
  json: (message, url) => ({
    url,
    headers: { 'content-type': 'application/json' },
    body: jsonOf(message),
  }),

  // https://docs.ntfy.sh/publish/: a message of more than 4096 bytes would become an attachment.
  ntfy: (message, url) => ({
    url,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      title: printable(titleOf(message)),
      priority: message.event === 'resolved' ? '3' : priorities[message.severity],
      tags: message.event === 'resolved' ? 'white_check_mark' : tags[message.severity],
    },
    body: withinBytes(bodyOf(message), 4096),
  }),

  // https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml, postAlerts
  alertmanager: (message, url) => ({
    url: alertsUrl(url),
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(message.findings.map(finding => alertOf(message, finding))),
  }),
}

const priorities = { error: '5', warning: '4', notice: '3' } as const
const tags = { error: 'rotating_light', warning: 'warning', notice: 'information_source' } as const

/** The request that tells the message. */
export function requestOf(
  message: Message,
  { url, format, header }: AlertSettings & { url: string },
): HttpSending {
  const form = forms[format](message, url)
  const own = header === null ? {} : { [header.name.toLowerCase()]: header.value }
  return { method: 'POST', ...form, headers: { ...form.headers, ...own } }
}

export function mailOf(message: Message, { smtp, mailFrom, mailTo }: AlertSettings): MailSending {
  return {
    smtp,
    from: mailFrom,
    to: mailTo,
    subject: titleOf(message),
    text: bodyOf(message),
    // RFC 3834 5: nobody's holiday notice answers it.
    headers: {
      'Auto-Submitted': 'auto-generated',
      'X-Berofosd-Event': message.event,
      'X-Berofosd-Code': message.code,
    },
  }
}

function alertOf(message: Message, { subject, since, text }: Message['findings'][number]) {
  const { event, code, severity, at, site } = message
  const end = event === 'resolved' ? Date.parse(at) : Date.parse(at) + believedMs
  const move = site.lastMove === null ? '' : `; last move: ${moveText(site.lastMove)}`
  return {
    labels: {
      ...{ alertname: `Berofosd${camel(code)}`, code, severity, instance: site.node },
      ...(subject === '' ? {} : { subject }),
    },
    annotations: { summary: text, description: site.headline + move },
    startsAt: since,
    endsAt: new Date(Math.max(end, Date.parse(since))).toISOString(),
  }
}

/** `forced, by anna: lines wanted back`. */
function moveText({ what, by, reason }: NonNullable<Message['site']['lastMove']>): string {
  return `${what}${by === null ? '' : `, by ${by}`}: ${reason}`
}

/** `http://am:9093` and the whole path alike. */
function alertsUrl(text: string): string {
  const url = new URL(text)
  if (!/\/api\/v2\/alerts\/?$/.test(url.pathname))
    url.pathname = `${url.pathname.replace(/\/$/, '')}/api/v2/alerts`
  return url.href
}

function camel(code: string): string {
  return code.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/** A header of HTTP holds ASCII; ntfy would take more, but Node refuses some of it. */
function printable(text: string): string {
  return text.replaceAll('…', '...').replace(/[^\x20-\x7e]/g, '?')
}

function withinBytes(text: string, most: number): string {
  const bytes = Buffer.from(text)
  if (bytes.length <= most) return text
  // A character that was cut in two ends as this sign.
  return `${bytes
    .subarray(0, most - 3)
    .toString()
    .replace(/\uFFFD$/, '')}…`
}
