import type { Seen } from '../../daemon/assembly.ts'
import { statusLine } from '../../daemon/status.ts'
import type { Page } from '../../web/server.ts'
import { metricsText } from './metrics.ts'
import { panelHtml } from './panel-html.ts'

interface PageRow {
  /** What it is for, in the operator's words. */
  readonly about: string
  readonly type: string
  readonly body: (seen: Seen) => string
  /** HTTP status; default: 200. */
  readonly code?: (seen: Seen) => number
}

const plain = 'text/plain; charset=utf-8'

/** The pages at `[http] listen`. The docs print the same table. */
export const pageTable: Readonly<Record<string, PageRow>> = {
  '/': {
    about: 'the panel of `berofosd status`, read again every 5 s',
    type: 'text/html; charset=utf-8',
    body: ({ status }) => panelHtml(status),
  },
  '/status.json': {
    about: 'what `berofosd status --json` prints',
    type: 'application/json',
    body: ({ status }) => `${JSON.stringify(status)}\n`,
  },
  '/metrics': {
    about: 'the same for Prometheus, see below',
    // https://prometheus.io/docs/instrumenting/exposition_formats/
    type: 'text/plain; version=0.0.4; charset=utf-8',
    body: ({ status }) => metricsText(status),
  },
  '/healthz': {
    about: '200 while the daemon decides, whatever it has decided; 503 when a decision failed',
    type: plain,
    body: ({ status, isSound }) => `${isSound ? statusLine(status) : 'a decision failed, see the log'}\n`,
    code: ({ isSound }) => (isSound ? 200 : 503),
  },
}

export function page(path: string, seen: Seen): Page {
  const row = Object.hasOwn(pageTable, path) ? pageTable[path] : undefined
  if (row) return { code: row.code?.(seen) ?? 200, type: row.type, body: row.body(seen) }
  return { code: 404, type: plain, body: `no such page, there are ${Object.keys(pageTable).join(' ')}\n` }
}
