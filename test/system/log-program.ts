import { systemClock } from '../../src/system/clock.ts'
import { type LogLevel, type LogOptions, openLog } from '../../src/system/logger.ts'

/** What a test may ask of this program; it answers each with a `Report`. */
export type Request =
  | { readonly write: readonly [LogLevel, string] }
  /** `width`: characters that each line is padded to. */
  | { readonly burst: number; readonly width?: number }
  | { readonly close: number }

export interface Report {
  readonly pending: number
  readonly rssBytes: number
}

/** A program that logs what its parent tells it, to the target in its argument; its stdout is the log's alone. */
const target = JSON.parse(process.argv[2] ?? '"none"') as LogOptions['target']
const log = openLog({ target, facility: 'daemon', level: 'info', clock: systemClock })

// With a text as second argument: log it and end, no parent needed.
if (process.argv[3]) {
  log.write('warning', process.argv[3])
  await log.close(500)
}

process.on('message', async (request: Request) => {
  if ('write' in request) log.write(...request.write)
  if ('burst' in request) await burst(request.burst, request.width ?? 0)
  if ('close' in request) await log.close(request.close)
  process.send?.({ pending: log.pending(), rssBytes: process.memoryUsage.rss() } satisfies Report)
  if ('close' in request) process.disconnect()
})

/** As a daemon would: no more than a hundred lines without a breath. */
async function burst(lines: number, width: number): Promise<void> {
  for (let line = 0; line < lines; line++) {
    log.write('info', `line ${line} `.padEnd(width, '.').trim())
    if (line % 100 === 99) await new Promise(resolve => setImmediate(resolve))
  }
}
