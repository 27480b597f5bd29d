import { join } from 'node:path'
import { timeText } from '../../core/time-text.ts'
import { type HistoryEntry, parseHistory } from '../../daemon/history.ts'
import { largestStateFile } from '../../daemon/state-places.ts'
import { systemClock } from '../../system/clock.ts'
import { type ExitCode, exitCodes } from '../../system/exit-codes.ts'
import { readWhole } from '../../system/whole-file.ts'
import type { Call } from '../command.ts'
import type { Output } from '../output.ts'
import { tableLines } from '../table.ts'
import { askDaemonAt, otherVersion, unansweredExitCode, unansweredText } from './ask-daemon.ts'
import { historyLine, historyRows, jsonForm, type Wanted, wantedOf } from './history-rows.ts'
import { interrupted } from './interrupted.ts'
import type { historyOptions } from './options.ts'
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
  if (!values.follow || !values.json) show(entries, shown, output)
  return values.follow ? follow(entries, shown, output) : exitCodes.done
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
  output.complain(`berofosd: no daemon answers: this is what ${path} says`)
  show(entries, shown, output)
  return exitCodes.done
}

function show(entries: readonly HistoryEntry[], { wanted, values }: Shown, output: Output): void {
  const told = wantedOf(entries, wanted)
  if (values.json) output.print(JSON.stringify(told.slice(-values.count).map(jsonForm)))
  else if (told.length === 0) output.print(noneText(wanted))
  else {
    const rows = historyRows(told).slice(-values.count)
    for (const line of tableLines(output, ['TIME', 'WHAT', 'WHY'], rows)) output.print(line)
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
      output.print(values.json ? JSON.stringify(jsonForm(entry)) : historyLine(entry))
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
