import type { Settings } from '../../core/settings.ts'
import { type Clock, eachSecond, systemClock } from '../../system/clock.ts'
import { type ExitCode, exitCodes } from '../../system/exit-codes.ts'
import type { Call } from '../command.ts'
import { usualConfigFile } from '../config-content.ts'
import type { Output } from '../output.ts'
import { hang } from '../table.ts'
import { typesYes } from '../terminal.ts'
import { examineDevice } from './doctor-device.ts'
import { type DeviceReport, worstOf } from './doctor-items.ts'
import { examineNode } from './doctor-node.ts'
import { type Diagnosis, diagnosisPanel } from './doctor-panel.ts'
import { loadedSettings } from './loaded-settings.ts'
import { type doctorOptions, filesOf } from './options.ts'
import { serviceState } from './why-none.ts'

/** Each berofos's settings against what this site needs, and this node's. 0: all as this site needs it, 1: not. */
export async function doctor({ values, words, output }: Call<typeof doctorOptions>): Promise<ExitCode> {
  const files = filesOf(values)
  const loaded = await loadedSettings(values, output)
  if (loaded === null) return exitCodes.badConfiguration
  const { settings, warnings } = loaded
  const names = settings.devices?.map(({ name }) => name) ?? []
  const unknown = words.find(word => !names.includes(word))
  if (unknown !== undefined) {
    const known = names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`
    output.complain(`berofosd: ${files.bnfosFile} has no device "${unknown}": ${known}`)
    return exitCodes.usage
  }
  const chosen = words.length > 0 ? words : names
  const [devices, node] = await Promise.all([
    examineAndFix(settings, chosen, values, output),
    serviceOf(files.configFile).then(service =>
      examineNode(settings, { bnfosFile: files.bnfosFile, warnings, service }),
    ),
  ])
  const diagnosis = { devices, node }
  const ok = isAsNeeded(diagnosis)
  const lines = values.json
    ? [JSON.stringify({ ok, ...diagnosis })]
    : diagnosisPanel(diagnosis, values.verbose, output)
  for (const line of lines) output.print(line)
  const isIdle = devices.every(({ changes }) => changes.length === 0) && plannedChanges(devices).length === 0
  if (values.fix && !values.json && isIdle) output.complain('berofosd: --fix has nothing to write')
  return ok ? exitCodes.done : exitCodes.failed
}

/** The unit runs the daemon of the usual file. */
async function serviceOf(configFile: string): Promise<Readonly<Record<string, string>>> {
  return configFile === usualConfigFile ? serviceState() : {}
}

/** At a terminal `--fix` lists first what it would write, and asks. */
async function examineAndFix(
  settings: Settings,
  names: readonly string[],
  { fix, yes, json }: Call<typeof doctorOptions>['values'],
  output: Output,
): Promise<DeviceReport[]> {
  const examine = (fix: boolean) =>
    examineDevices(settings, { names, fix }, systemClock, text => output.complain(`… ${text}`))
  if (!fix || yes || json || !isAtTerminal()) return examine(fix)
  const found = await examine(false)
  const planned = plannedChanges(found)
  return planned.length > 0 && (await agreesTo(planned, output)) ? examine(true) : found
}

function isAsNeeded({ devices, node }: Diagnosis): boolean {
  return worstOf([...devices.flatMap(({ items }) => items), ...node]) !== 'bad'
}

interface Chosen {
  readonly names: readonly string[]
  readonly fix: boolean
}

/** All at the same time; `say` tells each second how far they are. */
async function examineDevices(
  { site, devices, relays }: Settings,
  { names, fix }: Chosen,
  clock: Clock,
  say: (text: string) => void,
): Promise<DeviceReport[]> {
  const all = devices ?? []
  const examined = all.filter(({ name }) => names.includes(name))
  let done = 0
  const ended = new AbortController()
  const reported = eachSecond(clock, ended.signal, () =>
    say(`${done} of ${examined.length} berofos examined`),
  )
  const reports = await Promise.all(
    examined.map(async device => {
      const report = await examineDevice(device, { site, clock, fix, all, timeoutMs: relays.timeoutMs })
      done += 1
      return report
    }),
  )
  ended.abort()
  await reported
  return reports
}

/** What `--fix` would write, a line each. */
export function plannedChanges(devices: readonly DeviceReport[]): string[] {
  return devices.flatMap(({ name, items }) =>
    items
      .filter(({ fixable }) => fixable)
      .map(
        ({ item, is, needs, beware }) => `${name}: ${item} ${is} -> ${needs}${beware ? ` (${beware})` : ''}`,
      ),
  )
}

/** Somebody sits there who can be asked. */
function isAtTerminal(): boolean {
  return process.stdin.isTTY === true && process.stdout.isTTY === true
}

/** Lists what would be written and asks; no answer is a no. */
async function agreesTo(planned: readonly string[], output: Output): Promise<boolean> {
  output.print('to be written, and read back:')
  for (const line of planned.flatMap(text => hang('   ', text, output.width))) output.print(line)
  if (await typesYes('', process.stdout)) return true
  output.print('nothing was written')
  return false
}
