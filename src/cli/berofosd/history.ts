import { join } from 'node:path'
import { timeText } from '../../core/time-text.ts'
import { type HistoryEntry, parseHistory } from '../../daemon/history.ts'
import { largestStateFile } from '../../daemon/state-places.ts'
import { parseStatus } from '../../status/parse.ts'
import { systemClock } from '../../system/clock.ts'
import { type ExitCode, exitCodes } from '../../system/exit-codes.ts'
import { readWhole } from '../../system/whole-file.ts'
import type { Call } from '../command.ts'
import type { Output } from '../output.ts'
import { tableLines } from '../table.ts'
import { askDaemonAt, otherVersion, unansweredExitCode, unansweredText } from './ask-daemon.ts'
import { followedRow, historyRows, jsonForm, type Wanted, wantedOf } from './history-rows.ts'
import { interrupted } from './interrupted.ts'
import { filesOf, type historyOptions } from './options.ts'
import { type Places, type PlacesReading, placesToAsk } from './places.ts'

interface Shown {
  readonly places: PlacesReading
  readonly wanted: Wanted
  readonly values: Call<typeof historyOptions>['values']
}

/** As many as the daemon tells at once. */
const mostEntries = 1000

/** From the daemon; when none runs, from the file that it left. */
export async function history({ values, output }: Call<typeof historyOptions>): Promise<ExitCode> {
  const places = await placesToAsk(values.config)
  const sinceWall = values.since === null ? null : systemClock.wall() - values.since
  const shown = { places, wanted: { sinceWall, relay: values.relay }, values }
  const result = await askDaemonAt(places, { command: 'history', count: mostEntries }, output)
  if (result.outcome === 'nobody' && places.ok && !values.follow) return fromFile(places, shown, output)
  if (result.outcome !== 'answered') {
    output.complain(unansweredText(result))
    return unansweredExitCode(result)
  }
  const entries = parseHistory(result.reply.history)
  if (entries === null) {
    output.complain(otherVersion)
    return exitCodes.failed
  }
  if (await isUnknownRelay(entries, shown, output)) return exitCodes.usage
  if (!values.follow || !values.json) show(entries, shown, output)
  return values.follow ? follow(entries, shown, output) : exitCodes.done
}

/** Nothing is known of a relay of that name, which is said. One that is configured no more has its history yet. */
async function isUnknownRelay(
  entries: readonly HistoryEntry[],
  { places, wanted: { relay }, values }: Shown,
  output: Output,
): Promise<boolean> {
  if (relay === null || wantedOf(entries, { sinceWall: null, relay }).length > 0) return false
  const result = await askDaemonAt(places, { command: 'status' }, output)
  const status = result.outcome === 'answered' ? parseStatus(result.reply.status) : null
  const names = status?.relays.map(({ name }) => name) ?? (await configuredNames(values))
  if (names === null || names.includes(relay)) return false
  const known = names.length === 0 ? 'there is none' : `there are ${names.join(', ')}`
  output.complain(`berofosd: there is no relay "${relay}": ${known}`)
  return true
}

/** null: it can't be told. */
async function configuredNames(values: Shown['values']): Promise<readonly string[] | null> {
  const { loadSettings } = await import('../../config/load.ts')
  const loaded = await loadSettings(filesOf(values)).catch(() => null)
  return loaded?.ok ? (loaded.settings.devices ?? []).map(({ name }) => name) : null
}

async function fromFile({ stateDirectory }: Places, shown: Shown, output: Output): Promise<ExitCode> {
  const path = join(stateDirectory, 'history.json')
  const file = await readWhole(path, largestStateFile)
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
  if (await isUnknownRelay(entries, shown, output)) return exitCodes.usage
  output.complain(`berofosd: no daemon answers: this is what ${path} says`)
  show(entries, shown, output)
  return exitCodes.done
}

/** As wide as its widest cell, so that rows that come later stand in the same columns. */
const head = ['TIME'.padEnd('2024-01-15 12:00:00'.length), 'WHAT'.padEnd('called-off'.length), 'WHY']

function show(entries: readonly HistoryEntry[], { wanted, values }: Shown, output: Output): void {
  const told = wantedOf(entries, wanted)
  if (values.json) output.print(JSON.stringify(told.slice(-values.count).map(jsonForm)))
  else if (told.length === 0 && !values.follow) output.print(noneText(wanted))
  else {
    const rows = historyRows(told).slice(-values.count)
    for (const line of tableLines(output, head, rows)) output.print(line)
  }
}

function noneText({ sinceWall, relay }: Wanted): string {
  const which = relay === null ? '' : ` of ${relay}`
  return sinceWall === null
    ? `nothing${which} has been decided or switched yet`
    : `nothing${which} since ${timeText(sinceWall)}`
}

/** Tells each new entry until Ctrl-C or until nobody reads; a daemon that is away meanwhile is waited for. */
async function follow(told: readonly HistoryEntry[], shown: Shown, output: Output): Promise<ExitCode> {
  const { places, wanted, values } = shown
  const seen = new Set(told.map(entry => JSON.stringify(entry)))
  const stop = AbortSignal.any([output.gone, interrupted()])
  const silent = { ...output, complain: () => {} }
  while (!stop.aborted) {
    await systemClock.sleep(everyMs, stop)
    const result = await askDaemonAt(places, { command: 'history', count: mostEntries }, silent)
    const entries = result.outcome === 'answered' ? parseHistory(result.reply.history) : null
    for (const entry of entries ?? []) {
      const key = JSON.stringify(entry)
      if (seen.has(key)) continue
      seen.add(key)
      if (wantedOf([entry], wanted).length === 0) continue
      const lines = values.json
        ? [JSON.stringify(jsonForm(entry))]
        : tableLines(output, head, [followedRow(entry)]).slice(1)
      for (const line of lines) output.print(line)
    }
  }
  return exitCodes.done
}

const everyMs = 1000

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
