import assert from 'node:assert/strict'
import { eventually } from '../../helpers/until.ts'
import type { Change } from './relays.ts'
import type { SlaveLog } from './slave-log.ts'

/** What must be found, each once and in order: how many orders were carried out, and every real move of a relay. */
interface Evidence {
  readonly orders: number
  readonly changes: readonly Change[]
}

/**
 * Holds the journal, and then the file that rsyslog writes, against what happened: where the file alone lacks lines,
 * they were lost between journald and rsyslog, out of the daemon's reach.
 */
export async function assertAllLogged(log: SlaveLog, evidence: Evidence): Promise<void> {
  const journal = async () => (await log.journal()).map(({ text }) => text)
  const logs = { journal, '/var/log/syslog': () => log.syslog() }
  for (const [name, lines] of Object.entries(logs)) {
    const complete = async () => countOf(await lines(), /^switched /) >= evidence.changes.length
    // What is missing then is told below.
    await eventually('all lines', complete, 20_000).catch(() => {})
    assert.deepEqual(summaryOf(await lines()), expectedSummary(evidence), name)
  }
}

type Summary = Readonly<Record<string, number | string>>

/** Relay → the modes that it was switched to, one after the other. */
function summaryOf(lines: readonly string[]): Summary {
  const switches = lines.flatMap(line => {
    const [, relay = '', mode = ''] = /^switched (\S+) to mode=(\d) /.exec(line) ?? []
    return relay === '' ? [] : [{ relay, mode }]
  })
  return { forced: countOf(lines, /^forced: /), ...modesOf(switches) }
}

function expectedSummary({ orders, changes }: Evidence): Summary {
  return { forced: orders, ...modesOf(changes) }
}

function modesOf(switches: readonly { relay: string; mode: string | number }[]): Summary {
  const modes: Record<string, string> = {}
  for (const { relay, mode } of switches) modes[relay] = `${modes[relay] ?? ''}${mode}`
  return modes
}

function countOf(lines: readonly string[], pattern: RegExp): number {
  return lines.filter(line => pattern.test(line)).length
}
