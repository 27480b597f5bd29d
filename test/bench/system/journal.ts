import type { Container } from '../../booted/helpers/container.ts'
import { monotonicOfWall } from './clocks.ts'

interface Line {
  readonly text: string
  /** When it was sent, CLOCK_MONOTONIC. */
  readonly atMs: number
}

/** Lines with this syslog tag that were sent since then, CLOCK_MONOTONIC. */
export async function journalSince(container: Container, sinceMs: number, tag: string): Promise<Line[]> {
  const printed = await container.must(['journalctl', '--output=json', '--quiet', `--identifier=${tag}`])
  return printed
    .split('\n')
    .filter(line => line !== '')
    .map(line => lineOf(JSON.parse(line)))
    .filter(({ atMs }) => atMs >= sinceMs)
}

function lineOf(fields: Readonly<Record<string, string>>): Line {
  // systemd.journal-fields(7): when the sender sent it, in microseconds; the other is when journald took it.
  const { MESSAGE = '', _SOURCE_REALTIME_TIMESTAMP: sent, __REALTIME_TIMESTAMP: taken } = fields
  return { text: MESSAGE, atMs: monotonicOfWall(Number(sent ?? taken) / 1000) }
}
