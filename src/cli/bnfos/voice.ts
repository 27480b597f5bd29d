import type { Clock } from '../../system/clock.ts'

/** Where bnfos says what became of it: stderr, or syslog with -s. */
export interface Voice {
  /** A result or what is being done. */
  say(text: string): void
  /** A failure. */
  fail(text: string): void
  /** Something to be known or done besides. */
  hint(text: string): void
  /** null: nobody watches a terminal. Writes to it without a line's end. */
  readonly draw: ((text: string) => void) | null
  /** What has been said is out. */
  close(): Promise<void>
}

/** Every line goes to stderr. */
export function stderrVoice(stream: NodeJS.WriteStream): Voice {
  const line = (text: string) => void stream.write(`${text}\n`)
  const terminal = stream.isTTY === true && process.env.TERM !== 'dumb'
  return {
    say: line,
    fail: line,
    hint: line,
    draw: terminal ? text => void stream.write(text) : null,
    close: async () => {},
  }
}

/**
 * For the process that starts one in the background: everything goes to syslog, as -b implies -s; what keeps it from
 * starting is said on stderr too, where somebody may still read it.
 */
export function startingVoice(stderr: Voice, syslog: Voice): Voice {
  const both = (name: 'fail' | 'hint') => (text: string) => {
    stderr[name](text)
    syslog[name](text)
  }
  return { ...syslog, fail: both('fail'), hint: both('hint') }
}

/** How long the last lines may take to go out. */
const closeMs = 1000

/** Every line goes to the syslog socket, as `bnfos[pid]`, facility user. */
export async function syslogVoice(clock: Clock, path = '/dev/log'): Promise<Voice> {
  // Only here: winston takes longer to load than most calls take.
  const { openLog } = await import('../../system/logger.ts')
  const target = { path }
  const log = openLog({ target, facility: 'user', level: 'info', tag: 'bnfos', clock })
  return {
    say: text => log.write('info', text),
    fail: text => log.write('error', text),
    hint: text => log.write('notice', text),
    draw: null,
    close: () => log.close(closeMs),
  }
}
