import { join } from 'node:path'
import { portsOf } from '../../core/role.ts'
import { type HistoryEntry, parseHistory } from '../../daemon/history.ts'
import { type ExitCode, exitCodes } from '../../system/exit-codes.ts'
import { readWhole } from '../../system/whole-file.ts'
import type { Call } from '../command.ts'
import type { Output } from '../output.ts'
import { tableLines } from '../table.ts'
import { timeText } from '../time-text.ts'
import type { Tone } from '../tones.ts'
import { askDaemonAt, otherVersion, unansweredExitCode, unansweredText } from './ask-daemon.ts'
import type { historyOptions } from './options.ts'
import { type Places, placesToAsk } from './places.ts'

/** From the daemon; when none runs, from the file that it left. */
export async function history({ values, output }: Call<typeof historyOptions>): Promise<ExitCode> {
  const { count } = values
  const places = await placesToAsk(values.config)
  const result = await askDaemonAt(places, { command: 'history', count }, output)
  if (result.outcome === 'nobody' && places.ok) return fromFile(places, count, values.json, output)
  if (result.outcome !== 'answered') {
    output.complain(unansweredText(result))
    return unansweredExitCode(result)
  }
  const entries = parseHistory(result.reply.history)
  if (entries === null) {
    output.complain(otherVersion)
    return exitCodes.failed
  }
  show(entries, values.json, output)
  return exitCodes.done
}

/** The daemon keeps a twentieth of it. */
const largestFile = 4 * 1024 * 1024

async function fromFile(
  { stateDirectory }: Places,
  count: number,
  json: boolean,
  output: Output,
): Promise<ExitCode> {
  const path = join(stateDirectory, 'history.json')
  const file = await readWhole(path, largestFile)
  if (!file.ok) {
    const why = file.code === 'ENOENT' ? `there is no ${path}` : file.reason
    output.complain(`berofosd: no daemon answers, and ${why}`)
    return exitCodes.failed
  }
  const entries = parseHistory(parseJson(file.text))
  if (entries === null) {
    output.complain(`berofosd: no daemon answers, and ${path} is torn or not ours`)
    return exitCodes.failed
  }
  output.complain(`berofosd: no daemon answers: this is what ${path} says`)
  show(entries.slice(-count), json, output)
  return exitCodes.done
}

function show(entries: readonly HistoryEntry[], json: boolean, output: Output): void {
  if (json) {
    output.print(JSON.stringify(entries.map(entry => ({ ...entry, at: new Date(entry.at).toISOString() }))))
    return
  }
  if (entries.length === 0) {
    output.print('nothing has been decided or switched yet')
    return
  }
  const rows = entries.map(entry => ({
    tone: toneOf[entry.what] ?? ('plain' as const),
    cells: [timeText(entry.at), entry.what, textOf(entry)],
  }))
  for (const line of tableLines(output, ['TIME', 'WHAT', 'WHY'], rows)) output.print(line)
}

const toneOf: Readonly<Partial<Record<HistoryEntry['what'], Tone>>> = {
  failover: 'bad',
  failback: 'good',
  forced: 'odd',
  'called-off': 'odd',
  override: 'odd',
  pause: 'odd',
}

function textOf(entry: HistoryEntry): string {
  if (entry.what === 'switched')
    return entry.text.includes(entry.relay)
      ? entry.text
      : `${entry.relay} ${portsOf(entry.mode)}: ${entry.text}`
  const { from, to, reason, by } = entry
  const who = by === undefined ? '' : ` (by ${by})`
  return (from === to ? reason : `${from} to ${to}: ${reason}`) + who
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
