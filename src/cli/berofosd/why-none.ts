import { loadSettings } from '../../config/load.ts'
import { systemClock } from '../../system/clock.ts'
import { runCommand } from '../../system/run-command.ts'
import { usualConfigFile } from '../config-content.ts'
import { filesOf } from './options.ts'

type Files = Parameters<typeof filesOf>[0]

/** Why no daemon runs, a sentence each: what is wrong with the files, and what systemd says of the service. */
export async function whyNoDaemon(values: Files): Promise<string[]> {
  const [files, service] = await Promise.all([
    invalidFiles(values),
    values.config === usualConfigFile ? serviceState() : [],
  ])
  return [...files, ...service]
}

async function invalidFiles(values: Files): Promise<readonly string[]> {
  const loaded = await loadSettings(filesOf(values)).catch(() => null)
  return loaded === null || loaded.ok ? [] : loaded.problems
}

/** systemd answers in some 10 ms, or not at all. */
const answerMs = 2000
const asked = 'LoadState,ActiveState,Result,UnitFileState,ConditionResult,ExecMainStatus'

async function serviceState(): Promise<string[]> {
  const said: Record<string, string> = {}
  await runCommand({
    line: `systemctl show -p ${asked} berofosd.service 2>/dev/null`,
    env: {},
    timeoutMs: answerMs,
    clock: systemClock,
    onLine: line => {
      const [key = '', ...value] = line.split('=')
      said[key] = value.join('=')
    },
  })
  return serviceTexts(said)
}

/** @param said what `systemctl show` says of the unit; empty: there is no systemd */
export function serviceTexts(said: Readonly<Record<string, string>>): string[] {
  const { LoadState, ActiveState, Result, UnitFileState, ConditionResult, ExecMainStatus } = said
  if (LoadState === 'not-found') return ['systemd knows no berofosd.service: install the unit']
  const rows: readonly (readonly [boolean, string])[] = [
    [LoadState === 'masked', "the service is masked: 'systemctl unmask berofosd'"],
    [
      ActiveState === 'failed',
      `the service has failed (${Result}, exit status ${ExecMainStatus}): 'journalctl -u berofosd' tells why`,
    ],
    [
      ActiveState === 'activating',
      "the service is being started: 'systemctl status berofosd' tells how far it is",
    ],
    [
      UnitFileState === 'disabled',
      "the service is disabled, a boot does not start it: 'systemctl enable berofosd'",
    ],
    [
      ActiveState === 'inactive' && ConditionResult === 'no',
      "a condition of the service does not hold: 'systemctl status berofosd' tells which",
    ],
  ]
  return rows.filter(([holds]) => holds).map(([, text]) => text)
}
