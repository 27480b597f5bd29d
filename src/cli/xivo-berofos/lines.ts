import { isatty } from 'node:tty'
import { systemClock } from '../../system/clock.ts'
import type { Log } from '../../system/logger.ts'
import type { XivoCall } from './arguments.ts'

export type LineLevel = 'debug' | 'info' | 'warning' | 'error'

/** Where the lines of one call go. */
export interface Lines {
  say(level: LineLevel, text: string): void
  /** Waits for syslog, but not for long. */
  close(): Promise<void>
}

const ranks: Readonly<Record<LineLevel, number>> = { debug: 0, info: 1, warning: 2, error: 3 }

/** A collector that takes nothing holds up a failover no longer than this. */
const lastMs = 500

/**
 * stderr, and syslog if asked for, which is not silenced by --quiet: cron is told to be quiet, and the log still says
 * what was switched.
 */
export async function openLines({ quiet, verbose, syslog }: XivoCall, path = '/dev/log'): Promise<Lines> {
  process.stderr.on('error', () => {})
  const least = ranks[quiet ? 'error' : verbose ? 'debug' : 'info']
  const log = syslog ? await openSyslog(path, verbose) : null
  // On a terminal the log shows its lines itself.
  const shown = log !== null && isatty(1)
  return {
    say(level, text) {
      log?.write(level, text)
      if (ranks[level] >= least && !shown) process.stderr.write(`${prefixes[level]}${text}\n`)
    },
    close: async () => log?.close(lastMs),
  }
}

/** Scripts look for the plain lines; what is wrong comes by mail from cron, where the program's name helps. */
const prefixes: Readonly<Record<LineLevel, string>> = {
  debug: '',
  info: '',
  warning: 'xivo-berofos: warning: ',
  error: 'xivo-berofos: ',
}

/** Only here: the log takes longer to load than everything else takes to run. */
async function openSyslog(path: string, verbose: boolean): Promise<Log> {
  const { openLog } = await import('../../system/logger.ts')
  const level = verbose ? 'debug' : 'info'
  return openLog({ target: { path }, facility: 'user', level, tag: 'xivo-berofos', clock: systemClock })
}
