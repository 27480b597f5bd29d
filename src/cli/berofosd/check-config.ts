import { loadSettings } from '../../config/load.ts'
import { nobody } from '../../config/wazo-node.ts'
import { durationText } from '../../core/duration.ts'
import type { CheckSettings, DeviceSettings } from '../../core/settings.ts'
import { worstCaseDetectionMs, worstCaseText } from '../../core/worst-case.ts'
import { type ExitCode, exitCodes } from '../../system/exit-codes.ts'
import type { Call } from '../command.ts'
import type { Output } from '../output.ts'
import { type TableRow, tableLines } from '../table.ts'
import { hang } from '../text-layout.ts'
import { type commonOptions, filesOf } from './options.ts'
import { addressProblems } from './own-addresses.ts'
import { marked } from './status-panel.ts'

/** Both files, without a daemon and without asking anybody. Problems and warnings are a line each on stderr. */
export async function checkConfig({ values, output }: Call<typeof commonOptions>): Promise<ExitCode> {
  const files = filesOf(values)
  const loaded = await loadSettings(files)
  if (!loaded.ok) {
    for (const problem of loaded.problems) output.complain(problem)
    return exitCodes.badConfiguration
  }
  const { settings, warnings } = loaded
  const wrong = await addressProblems(settings)
  for (const { at, is, expected } of wrong)
    output.complain(`${files.configFile}: ${at}: ${is}, expected ${expected}`)
  if (wrong.length > 0) return exitCodes.badConfiguration
  const lines = [
    ...marked('good', `${files.configFile} is valid`, output),
    ...bnfosLines(files.bnfosFile, settings.devices, output),
    '',
    ...hang('   ', `master ${settings.master.host}`, output.width),
    ...checkTable(settings.checks, output),
    ...deviceTable(settings.devices ?? [], output),
    '',
    ...hang('   ', worstCaseText(settings.checks), output.width),
  ]
  for (const line of lines) output.print(line)
  for (const warning of warnings) output.complain(`warning: ${warning}`)
  return exitCodes.done
}

function bnfosLines(file: string, devices: readonly DeviceSettings[] | null, output: Output): string[] {
  if (devices === null)
    return marked('odd', `${file} does not exist: berofos is not configured, nothing is driven`, output)
  const count = `${devices.length} device${devices.length === 1 ? '' : 's'}`
  return marked(devices.length === 0 ? 'odd' : 'good', `${file} is valid: ${count}`, output)
}

function checkTable(checks: readonly CheckSettings[], output: Output): string[] {
  const head = ['CHECK', 'TYPE', 'REQUIRED', 'EVERY', 'TIMEOUT', 'FALL', 'RISE', 'DOWN IN', 'ASKS']
  const rows = checks.map(
    (check): TableRow => ({
      tone: 'plain',
      cells: [
        check.name,
        check.type,
        check.required ? 'yes' : 'no',
        durationText(check.intervalMs),
        durationText(check.timeoutMs),
        String(check.fall),
        String(check.rise),
        `${worstCaseDetectionMs(check) / 1000} s`,
        targetOf(check),
      ],
    }),
  )
  return ['', ...tableLines(output, head, rows)]
}

function targetOf(check: CheckSettings): string {
  if (check.type === 'http') return check.url
  // As in the file: of the master that ha.conf would name nothing is known.
  const host = check.host === nobody ? 'wazo' : check.host
  return check.type === 'ping' ? host : `${host}:${check.port}`
}

function deviceTable(devices: readonly DeviceSettings[], output: Output): string[] {
  if (devices.length === 0) return []
  const rows = devices.map(
    ({ name, host, port, mac, login, invert }): TableRow => ({
      tone: 'plain',
      cells: [
        name,
        host ?? '-',
        String(port),
        login === null ? 'no' : 'yes',
        invert ? 'yes' : 'no',
        mac ?? '-',
      ],
    }),
  )
  return ['', ...tableLines(output, ['RELAY', 'HOST', 'PORT', 'LOGIN', 'INVERTED', 'MAC'], rows)]
}
