import { roleOfWord } from '../core/site-words.ts'
import { groupedFindings } from './groups.ts'
import { headlineOfStatus } from './headline.ts'
import type { Status, StatusCheck } from './status-json.ts'

/** Exit codes of a plugin, as Nagios and Icinga read them (Monitoring Plugins' guidelines). */
const pluginCodes = { ok: 0, warning: 1, critical: 2, unknown: 3 } as const
type PluginState = keyof typeof pluginCodes

/** What a plugin prints and how it ends. */
export interface PluginResult {
  readonly code: (typeof pluginCodes)[PluginState]
  readonly line: string
}

/** Of a daemon that answered: the worst finding decides, notices are well. */
export function pluginOf(status: Status): PluginResult {
  const serious = groupedFindings(status).filter(({ severity }) => severity !== 'notice')
  const [worst] = serious
  const more = serious.length > 1 ? ` (and ${serious.length - 1} more)` : ''
  const what = worst === undefined ? '' : `${worst.text}${more}; `
  const state = worst === undefined ? 'ok' : worst.severity === 'error' ? 'critical' : 'warning'
  return pluginText(state, what + headlineOfStatus(status), performance(status))
}

/** Of one that did not. */
export function pluginText(state: PluginState, text: string, data: readonly string[] = []): PluginResult {
  const clean = text.replaceAll('|', '/').replace(/\s+/g, ' ')
  const line = [
    `BEROFOS ${state.toUpperCase()}: ${clean}`,
    ...(data.length > 0 ? [data.join(' ')] : []),
  ].join(' | ')
  return { code: pluginCodes[state], line }
}

/** `'label'=value[unit];warn;crit;min;max` each. */
function performance(status: Status): string[] {
  const { relays, findings, master, role } = status
  const confirmed = relays.filter(relay => relay.confirmed).length
  const count = (severity: string) => findings.filter(finding => finding.severity === severity).length
  return [
    `'relays_confirmed'=${confirmed};;${relays.length}:;0;${relays.length}`,
    `'at_master'=${Number(roleOfWord(role) === 'master')};;;0;1`,
    `'errors'=${count('error')};;0;0`,
    `'warnings'=${count('warning')};0;;0`,
    ...master.checks.flatMap(checkTime),
  ]
}

/** Only of a probe that was answered: the time of one that was given up is its deadline. */
function checkTime({ name, last }: StatusCheck): string[] {
  return last?.ok ? [`'check_${name}'=${(last.ms / 1000).toFixed(4)}s;;;0`] : []
}
