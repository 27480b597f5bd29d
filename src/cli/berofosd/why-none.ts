import { loadSettings } from '../../config/load.ts'
import { systemClock } from '../../system/clock.ts'
import { runCommand } from '../../system/run-command.ts'
import { usualConfigFile } from '../config-content.ts'
import { filesOf } from './options.ts'

type Files = Parameters<typeof filesOf>[0]

interface WhyNone {
  /** What is to be done, the first thing first. */
  readonly cure: string
  /** A sentence each. */
  readonly more: readonly string[]
}

/** Why no daemon runs: what is wrong with the files, and what systemd says of the service. */
export async function whyNoDaemon(values: Files): Promise<WhyNone> {
  const [files, said] = await Promise.all([
    invalidFiles(values),
    values.config === usualConfigFile ? serviceState() : {},
  ])
  return whyNone(files, serviceFaults(said))
}

/** A start helps only where nothing keeps the daemon from running. */
export function whyNone(files: readonly string[], faults: readonly ServiceFault[]): WhyNone {
  const [first, ...more] = [...faults].sort((a, b) => Number(keepsIt(b)) - Number(keepsIt(a)))
  const texts = more.map(({ text }) => text)
  if (first && keepsIt(first)) return { cure: first.text, more: [...files, ...texts] }
  const start = "start it with 'systemctl start berofosd'"
  const cure = files.length === 0 ? start : `mend what follows, then ${start}`
  return { cure, more: [...files, ...(first ? [first.text] : []), ...texts] }
}

function keepsIt({ needs }: ServiceFault): boolean {
  return needs === 'active'
}

async function invalidFiles(values: Files): Promise<readonly string[]> {
  const loaded = await loadSettings(filesOf(values)).catch(() => null)
  return loaded === null || loaded.ok ? [] : loaded.problems
}

/** systemd answers in some 10 ms, or not at all. */
const answerMs = 2000
const asked = [
  ...['LoadState', 'ActiveState', 'Result', 'UnitFileState', 'ExecMainStatus', 'NeedDaemonReload'],
  ...['ConditionResult', 'ConditionTimestampMonotonic'],
].join()

/** What `systemctl show` says of the unit; empty: there is no systemd. Never rejects. */
export async function serviceState(): Promise<Readonly<Record<string, string>>> {
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
  return said
}

type Said = Readonly<Record<string, string>>

/** One thing that is wrong with the service. */
interface ServiceFault {
  readonly is: string
  readonly needs: string
  readonly verdict: 'bad' | 'advice'
  /** One sentence, with the cure. */
  readonly text: string
}

/** @param said what `systemctl show` says of the unit; empty: there is no systemd */
export function serviceFaults(said: Said): ServiceFault[] {
  if (said.LoadState === 'not-found') return [unknownUnit]
  return faultTable
    .filter(({ holds }) => holds(said))
    .map(({ is, needs = 'active', verdict = 'bad', text }) => ({ is, needs, verdict, text: text(said) }))
}

const unknownUnit: ServiceFault = {
  is: 'unknown',
  needs: 'active',
  verdict: 'bad',
  text: 'systemd knows no berofosd.service: install the unit',
}

interface FaultRow extends Partial<Pick<ServiceFault, 'needs' | 'verdict'>> {
  readonly is: string
  readonly holds: (said: Said) => boolean
  readonly text: (said: Said) => string
}

const faultTable: readonly FaultRow[] = [
  {
    is: 'masked',
    holds: ({ LoadState }) => LoadState === 'masked',
    text: () => "the service is masked: 'systemctl unmask berofosd', then 'systemctl start berofosd'",
  },
  {
    is: 'failed',
    holds: ({ ActiveState }) => ActiveState === 'failed',
    text: ({ Result, ExecMainStatus }) =>
      `the service has failed (${Result}, exit status ${ExecMainStatus}): 'journalctl -u berofosd' tells why`,
  },
  {
    is: 'activating',
    verdict: 'advice',
    holds: ({ ActiveState }) => ActiveState === 'activating',
    text: () => "the service is being started: 'systemctl status berofosd' tells how far it is",
  },
  {
    is: 'disabled',
    needs: 'enabled',
    holds: ({ UnitFileState }) => UnitFileState === 'disabled',
    text: () => "the service is disabled, a boot does not start it: 'systemctl enable berofosd'",
  },
  {
    is: 'inactive',
    // Of a unit that was not started since the boot, the result is "no" too, but of no time.
    holds: ({ ActiveState, ConditionResult, ConditionTimestampMonotonic }) =>
      ActiveState === 'inactive' && ConditionResult === 'no' && ConditionTimestampMonotonic !== '0',
    text: () => "a condition of the service does not hold: 'systemctl status berofosd' tells which",
  },
  {
    is: 'changed',
    needs: 'read again',
    verdict: 'advice',
    holds: ({ LoadState, NeedDaemonReload }) => LoadState !== 'masked' && NeedDaemonReload === 'yes',
    text: () =>
      "the unit or a drop-in was changed and is not in force: 'systemctl daemon-reload', then 'systemctl restart berofosd'",
  },
]
