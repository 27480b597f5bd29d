import { nobody } from '../../config/wazo-node.ts'
import { adviceOf } from '../../core/advice.ts'
import { durationText } from '../../core/duration.ts'
import { type CheckSettings, type DeviceSettings, type Settings, shownTarget } from '../../core/settings.ts'
import { dayAndTimeText, inText } from '../../core/time-text.ts'
import { bypassText, paceTexts, worstCaseDetectionMs, worstCaseText } from '../../core/worst-case.ts'
import { systemClock } from '../../system/clock.ts'
import { type ExitCode, exitCodes } from '../../system/exit-codes.ts'
import type { Call } from '../command.ts'
import type { Look, Output } from '../output.ts'
import { hang, marked, type TableRow, tableLines } from '../table.ts'
import { loadedSettings } from './loaded-settings.ts'
import { type commonOptions, filesOf } from './options.ts'
import { examineAddresses } from './own-addresses.ts'

/** Both files, without a daemon, and without asking anybody but the resolver. Problems and warnings are a line each on stderr. */
export async function checkConfig({ values, words, output }: Call<typeof commonOptions>): Promise<ExitCode> {
  const [file, second] = words
  if (second !== undefined) {
    output.complain(`berofosd: unexpected argument "${second}": see 'berofosd check-config --help'`)
    return exitCodes.usage
  }
  const named = file === undefined ? values : { ...values, config: file }
  const loaded = await loadedSettings(named, output)
  if (loaded === null) return exitCodes.badConfiguration
  const { settings, warnings } = loaded
  const files = filesOf(named)
  const { problems: wrong, warnings: odd } = await examineAddresses(settings)
  const { site } = settings
  for (const { at, is, expected } of wrong)
    output.complain(`${files.configFile}: ${at}: ${is}, expected ${expected}`)
  if (wrong.length > 0) return exitCodes.badConfiguration
  const look = { ...output, width: output.wide }
  const lines = [
    ...marked('good', `${files.configFile} is valid`, output),
    ...bnfosLines(files.bnfosFile, settings.devices, output),
    '',
    ...hang('   ', serverText(settings), output.width),
    ...checkTable(settings.checks, look),
    ...deviceTable(settings.devices ?? [], look),
    '',
    ...[worstCaseText(settings.checks), ...paceTexts(settings.checks)].flatMap(text =>
      hang('   ', text, output.width),
    ),
    ...(site.kind === 'bypass' ? hang('   ', bypassText(site, settings.relays.timeoutMs), output.width) : []),
    ...(await windowLines(settings, output)),
    ...adviceOf(settings).flatMap(text => marked('odd', text, output)),
  ]
  for (const line of lines) output.print(line)
  for (const warning of [...warnings, ...odd]) output.complain(`warning: ${warning}`)
  return exitCodes.done
}

/** When the failback window opens next, or until when it is open now. */
async function windowLines({ failback }: Settings, output: Output): Promise<string[]> {
  if (failback.policy !== 'window') return []
  const { nextDate, openForMs } = await import('../../daemon/calendar.ts')
  const now = systemClock.wall()
  const openMs = openForMs(failback.window, failback.windowLengthMs, now)
  const next = nextDate(failback.window, now)
  const length = durationText(failback.windowLengthMs)
  const text =
    openMs > 0
      ? `the failback window is open until ${dayAndTimeText(now + openMs, now)}`
      : next === null
        ? 'the failback window never opens'
        : `the failback window opens ${dayAndTimeText(next, now)}, ${inText(next - now)}, for ${length}`
  return hang('   ', text, output.width)
}

function serverText({ site, master }: Settings): string {
  return site.kind === 'bypass' ? 'this server is in front of a PBX' : `master ${master.host}`
}

function bnfosLines(file: string, devices: readonly DeviceSettings[] | null, output: Output): string[] {
  if (devices === null)
    return marked('odd', `${file} does not exist: berofos is not configured, nothing is driven`, output)
  const count = `${devices.length} device${devices.length === 1 ? '' : 's'}`
  return marked(devices.length === 0 ? 'odd' : 'good', `${file} is valid: ${count}`, output)
}

export function checkTable(checks: readonly CheckSettings[], look: Look): string[] {
  const head = ['CHECK', 'TYPE', 'REQUIRED', 'EVERY', 'TIMEOUT', 'FALL', 'RISE', 'DOWN IN', 'ASKS']
  const rows = checks.map(
    (check): TableRow => ({
      tone: 'plain',
      cells: [
        check.name,
        check.type,
        check.required ? 'yes' : 'no',
        everyText(check),
        durationText(check.timeoutMs),
        String(check.fall),
        String(check.rise),
        `${worstCaseDetectionMs(check) / 1000} s`,
        targetOf(check),
      ],
    }),
  )
  return ['', ...tableLines(look, head, rows, ['RISE', 'TIMEOUT', 'EVERY', 'FALL', 'TYPE'])]
}

function everyText({ intervalMs, fastIntervalMs }: CheckSettings): string {
  const every = durationText(intervalMs)
  return fastIntervalMs === undefined ? every : `${every}/${durationText(fastIntervalMs)}`
}

function targetOf(check: CheckSettings): string {
  // As in the file: of the master that ha.conf would name nothing is known.
  return shownTarget(check.host === nobody ? { ...check, host: 'wazo' } : check)
}

/** On a narrow terminal the two addresses matter, and whether any of them is inverted. */
export function deviceTable(devices: readonly DeviceSettings[], look: Look): string[] {
  if (devices.length === 0) return []
  const spare = devices.some(({ invert }) => invert) ? ['LOGIN', 'PORT'] : ['INVERTED', 'LOGIN', 'PORT']
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
  return ['', ...tableLines(look, ['RELAY', 'HOST', 'PORT', 'LOGIN', 'INVERTED', 'MAC'], rows, spare)]
}
