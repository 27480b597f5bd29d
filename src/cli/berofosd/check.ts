import type { ProbeResult } from '../../core/role.ts'
import { isMasterless, notSecondary } from '../../core/secondary.ts'
import type { CheckSettings, Settings } from '../../core/settings.ts'
import { probeKindOf } from '../../probes/index.ts'
import { eachSecond, systemClock } from '../../system/clock.ts'
import { type ExitCode, exitCodes } from '../../system/exit-codes.ts'
import type { Call } from '../command.ts'
import type { Output } from '../output.ts'
import { marked, tableLines } from '../table.ts'
import type { Tone } from '../tones.ts'
import { loadedSettings } from './loaded-settings.ts'
import type { checkOptions } from './options.ts'

interface Checked {
  readonly check: CheckSettings
  readonly result: ProbeResult
}

/** Every check once, all at the same time. 0: every required one answered. */
export async function check({ values, output }: Call<typeof checkOptions>): Promise<ExitCode> {
  const loaded = await loadedSettings(values, output)
  if (loaded === null) return exitCodes.badConfiguration
  const { settings } = loaded
  if (isMasterless(settings)) {
    const why = notSecondary(settings)
    if (values.json) output.print(JSON.stringify({ healthy: false, host: null, why, checks: [] }))
    else output.complain(`berofosd: nothing to check: ${why}`)
    return exitCodes.failed
  }
  const checked = await askAll(settings.checks, text => output.complain(`… ${text}`))
  const healthy = checked.every(({ check, result }) => !check.required || result.outcome === 'answered')
  if (values.json) output.print(JSON.stringify(asJson(settings, checked, healthy)))
  else showTable(settings, checked, healthy, output)
  return healthy ? exitCodes.done : exitCodes.failed
}

/** All at the same time; `say` tells each second which have not answered yet. */
async function askAll(
  checks: readonly CheckSettings[],
  say: (text: string) => void,
): Promise<readonly Checked[]> {
  const open = new Set(checks.map(({ name }) => name))
  const ended = new AbortController()
  const reported = eachSecond(systemClock, ended.signal, () => say(`waiting for ${[...open].join(', ')}`))
  const checked = await Promise.all(
    checks.map(async check => {
      const result = await probeKindOf(check).once(check, systemClock, new AbortController().signal)
      open.delete(check.name)
      return { check, result }
    }),
  )
  ended.abort()
  await reported
  return checked
}

function asJson({ master }: Settings, checked: readonly Checked[], healthy: boolean) {
  const checks = checked.map(({ check: { name, type, required }, result: { outcome, ms, detail } }) => {
    const rounded = Math.round(ms * 10) / 10
    return {
      name,
      type,
      required,
      ok: outcome === 'answered',
      outcome: jsonWords[outcome],
      ms: rounded,
      detail,
    }
  })
  return { healthy, host: master.host, checks }
}

type Outcome = ProbeResult['outcome']

/** Scripts read these words. */
const jsonWords: Readonly<Record<Outcome, string>> = {
  answered: 'answered',
  failed: 'failed',
  inconclusive: 'cannot',
}

const shownOutcomes: Readonly<Record<Outcome, { readonly text: string; readonly tone: Tone }>> = {
  answered: { text: 'answered', tone: 'good' },
  failed: { text: 'failed', tone: 'bad' },
  inconclusive: { text: "can't check", tone: 'odd' },
}

function showTable(settings: Settings, checked: readonly Checked[], healthy: boolean, output: Output): void {
  const rows = checked.map(({ check: { name, type, required }, result: { outcome, ms, detail } }) => ({
    tone: shownOutcomes[outcome].tone,
    cells: [name, type, required ? 'yes' : 'no', shownOutcomes[outcome], `${ms.toFixed(1)} ms`, detail],
  }))
  const { tone, text } = saidOf(settings, checked, healthy)
  const lines = [
    ...marked(tone, text, output),
    ...tableLines(output, ['CHECK', 'TYPE', 'REQUIRED', 'OUTCOME', 'TOOK', 'DETAIL'], rows, ['TYPE', 'TOOK']),
  ]
  for (const line of lines) output.print(line)
}

/** A master that could not be asked is not known to be ill: the fault is on this side. */
function saidOf(settings: Settings, checked: readonly Checked[], healthy: boolean) {
  const who = whoOf(settings)
  if (healthy) return { tone: 'good', text: `${who} is healthy: every required check answered` } as const
  const namesOf = (outcome: Outcome) =>
    checked
      .filter(({ check, result }) => check.required && result.outcome === outcome)
      .map(({ check }) => check.name)
      .join(', ')
  const failed = namesOf('failed')
  if (failed !== '') return { tone: 'bad', text: `${who} is not healthy: ${failed} failed` } as const
  const text = `could not ask whether ${who} is healthy: ${namesOf('inconclusive')} can't be made from here`
  return { tone: 'odd', text } as const
}

function whoOf({ site, master }: Settings): string {
  return site.kind === 'bypass' ? 'this server' : `the master ${master.host}`
}
