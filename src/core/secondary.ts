import type { Severity } from './role.ts'
import type { Settings } from './settings.ts'

/** Why this node may not act, in words. Whether it may is the fact `secondary` of the state. */

export interface ReasonedLine {
  readonly severity: Severity
  readonly text: string
}

/** Neither berofosd.conf nor, for Wazo, ha.conf names a master: there is nobody to watch. */
export function isMasterless({ wazo, idleFor }: Settings): boolean {
  return idleFor !== undefined || wazo?.master === null
}

/** What of the configuration is missing, why, and what ends that; only for settings without devices. */
export function unconfiguredWords({ idleFor }: Settings) {
  if (idleFor === undefined)
    return {
      what: 'berofos is not configured',
      why: 'there is no bnfos.conf',
      cure: 'bnfos.conf appears and the service is reloaded',
    }
  const what = 'no master is named'
  return { what, why: what, cure: `[master] host is set in ${idleFor} and the service is reloaded` }
}

/** The line that is logged when the daemon is not configured. Scripts know the one without bnfos.conf. */
export function unconfiguredLine(settings: Settings): string {
  const { idleFor } = settings
  if (idleFor === undefined) return 'berofos is not configured -- doing nothing'
  return `idle: no master is named: set [master] host in ${idleFor}, then 'systemctl reload berofosd'`
}

/** `this node is not the secondary (FILE is missing)`, for a node that is passive. */
export function notSecondary(settings: Settings): string {
  const missing = missingWord(settings)
  if (missing) return `this node is ${missing.isNot} (${missing.what})`
  return `this node is not the secondary (${settings.secondaryFile} is missing)`
}

/** The line that is logged when the node becomes passive, or is so for another reason than before. */
export function passiveLine(settings: Settings): ReasonedLine {
  const missing = missingWord(settings)
  const cure = missing ? `; ${missing.cure}; it is looked at each minute` : ''
  return { severity: missing?.severity ?? 'info', text: `passive: ${notSecondary(settings)}${cure}` }
}

/** Goes on after `would start work when `. */
export function secondaryWhen(settings: Settings): string {
  const missing = missingWord(settings)
  if (missing) return `${missing.file} names its master (${missing.what}); it is looked at each minute`
  return `${settings.secondaryFile} appears`
}

/** A node that is no slave may be meant so; a file that tells nothing never is. */
const words = {
  other: { isNot: 'not the slave', severity: 'info' },
  unusable: { isNot: 'not known to be the slave', severity: 'warning' },
} as const

/** What ha.conf lacks; null: it names the master, or none is asked. */
function missingWord({ wazo }: Settings) {
  if (wazo?.master !== null || wazo.said.is === 'slave') return null
  return { ...wazo.said, ...words[wazo.said.is] }
}
