import { statusLine } from '../../status/headline.ts'
import type { Status } from '../../status/wire.ts'
import type { Page } from '../../web/server.ts'
import { metricsText } from './metrics.ts'
import { panelHtml } from './panel-html.ts'

interface PageRow {
  /** What it is for, in the operator's words. */
  readonly about: string
  readonly type: string
  readonly body: (status: Status) => string
  /** HTTP status; default: 200. */
  readonly code?: (status: Status) => number
}

const plain = 'text/plain; charset=utf-8'

/** The pages at `[http] listen`. The docs print the same table. */
export const pageTable: Readonly<Record<string, PageRow>> = {
  '/': {
    about: 'the panel of `berofosd status`, read again every 5 s',
    type: 'text/html; charset=utf-8',
    body: status => panelHtml(status),
  },
  '/status.json': {
    about: 'what `berofosd status --json` prints',
    type: 'application/json',
    body: status => `${JSON.stringify(status)}\n`,
  },
  '/metrics': {
    about: 'the same for Prometheus, see below',
    // https://prometheus.io/docs/instrumenting/exposition_formats/
    type: 'text/plain; version=0.0.4; charset=utf-8',
    body: status => metricsText(status),
  },
  '/healthz': {
    about: '200 while the daemon decides, whatever it has decided; 503 when a decision failed',
    type: plain,
    body: status => `${isSound(status) ? statusLine(status) : 'a decision failed, see the log'}\n`,
    code: status => (isSound(status) ? 200 : 503),
  },
}

export function page(path: string, status: Status): Page {
  const row = Object.hasOwn(pageTable, path) ? pageTable[path] : undefined
  if (row) return { code: row.code?.(status) ?? 200, type: row.type, body: row.body(status) }
  return { code: 404, type: plain, body: `no such page, there are ${Object.keys(pageTable).join(' ')}\n` }
}

/** The latest decision came to its end. */
function isSound({ findings }: Status): boolean {
  return findings.every(({ code }) => code !== 'decision-failed')
}
