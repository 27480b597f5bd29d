import { existsSync } from 'node:fs'
import { systemClock } from '../../system/clock.ts'
import type { Log } from '../../system/logger.ts'
import type { XivoCall } from './arguments.ts'

type LineLevel = 'debug' | 'info' | 'warning' | 'error'

/** Where the lines of one call go. */
export interface Lines {
  say(level: LineLevel, text: string): void
  /** Waits for syslog, but not for long. */
  close(): Promise<void>
}

const ranks: Readonly<Record<LineLevel, number>> = { debug: 0, info: 1, warning: 2, error: 3 }

const syslogSocket = '/dev/log'

/** A collector that takes nothing holds up a failover no longer than this. */
const lastMs = 500

/**
 * stderr, and syslog if asked for, which is not silenced by --quiet: cron is told to be quiet, and the log still says
 * what was switched.
 */
export async function openLines({ quiet, verbose, syslog }: XivoCall): Promise<Lines> {
  process.stderr.on('error', () => {})
  const least = ranks[quiet ? 'error' : verbose ? 'debug' : 'info']
  const show = (level: LineLevel, text: string) => {
    if (ranks[level] >= least) process.stderr.write(`${prefixes[level]}${text}\n`)
  }
  let lost = false
  const log = syslog
    ? await openSyslog(verbose, () => {
        lost = true
      })
    : null
  return {
    say(level, text) {
      log?.write(level, text)
      show(level, text)
    },
    async close() {
      await log?.close(lastMs)
      if (lost)
        show(
          'error',
          `${syslogSocket} ${existsSync(syslogSocket) ? 'takes nothing' : 'is missing'}: not logged`,
        )
    },
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
async function openSyslog(verbose: boolean, instead: () => void): Promise<Log> {
  const { openLog } = await import('../../system/logger.ts')
  const level = verbose ? 'debug' : 'info'
  const to = { target: { path: syslogSocket }, facility: 'user', level, tag: 'xivo-berofos' } as const
  return openLog({ ...to, clock: systemClock, instead })
}
