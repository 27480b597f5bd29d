import type { PageData } from '../../daemon/assembly.ts'
import { headlineOfStatus } from '../../status/headline.ts'
import type { Status } from '../../status/status-json.ts'
import type { Page } from '../../web/server.ts'
import { jsonForm } from '../berofosd/history-rows.ts'
import { metricsText } from './metrics.ts'
import { policy } from './page-assets.ts'
import { pageHtml } from './page-html.ts'

interface PageRow {
  /** What it is for, in the operator's words. */
  readonly about: string
  readonly type: string
  readonly body: (told: PageData) => string
  /** Content-Security-Policy of what it needs besides styles. */
  readonly policy?: string
  readonly alwaysNew?: true
  /** HTTP status; default: 200. */
  readonly code?: (status: Status) => number
}

const plain = 'text/plain; charset=utf-8'

/** The pages at `[http] listen`. The docs print the same table. */
export const pageTable: Readonly<Record<string, PageRow>> = {
  '/': {
    about: 'a page for a browser, which reads it again every 5 s',
    type: 'text/html; charset=utf-8',
    policy,
    body: pageHtml,
  },
  '/status.json': {
    about: 'what `berofosd status --json` prints',
    type: 'application/json',
    body: ({ status }) => `${JSON.stringify(status)}\n`,
  },
  '/history.json': {
    about: 'what `berofosd history -n 1000 --json` prints, without what is not for everybody',
    type: 'application/json',
    body: ({ history }) => `${JSON.stringify(history.map(jsonForm))}\n`,
  },
  '/metrics': {
    about: 'the same for Prometheus, see below',
    // https://prometheus.io/docs/instrumenting/exposition_formats/
    type: 'text/plain; version=0.0.4; charset=utf-8',
    body: ({ status, counts }) => metricsText(status, counts),
  },
  '/healthz': {
    about: '200 while the daemon decides, whatever it has decided; 503 when a decision failed',
    type: plain,
    body: ({ status }) =>
      `${isSound(status) ? headlineOfStatus(status) : 'a decision failed, see the log'}\n`,
    code: status => (isSound(status) ? 200 : 503),
    alwaysNew: true,
  },
}

export function page(path: string, told: PageData): Page {
  const row = Object.hasOwn(pageTable, path) ? pageTable[path] : undefined
  if (row) {
    const { type, policy, alwaysNew, code, body } = row
    const options = { ...(policy && { policy }), ...(alwaysNew && { alwaysNew }) }
    return { code: code?.(told.status) ?? 200, type, body: body(told), ...options }
  }
  return { code: 404, type: plain, body: `no such page, there are ${Object.keys(pageTable).join(' ')}\n` }
}

/** The latest decision came to its end. */
function isSound({ findings }: Status): boolean {
  return findings.every(({ code }) => code !== 'decision-failed')
}
