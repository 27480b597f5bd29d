import type { HaStatement } from '../core/settings.ts'
import { hostForm, isHost } from './host-name.ts'

/**
 * /etc/xivo/ha.conf, which Wazo and XiVO write when high availability is set up in the web interface:
 * `{"node_type": "slave", "remote_address": "10.34.1.10"}`, node_type being master, slave or disabled.
 */

/** What the file says; `file` is its name, for people. */
export function readHaConf(file: string, text: string): HaStatement {
  const { node_type: type, remote_address: address } = fieldsOf(text)
  if (typeof type !== 'string')
    return unusable(file, 'is torn or of another kind, expected JSON with a node_type', applyAgain)
  if (type !== 'slave') return other(file, `has node_type ${knownTypes.has(type) ? type : '…'}`)
  if (typeof address === 'string' && isHost(address)) return { is: 'slave', file, address }
  return unusable(file, `has a remote_address that is not ${hostForm}`, applyAgain)
}

export function absentHaConf(file: string): HaStatement {
  return other(file, 'does not exist')
}

/** `code` is errno's word. */
export function unreadableHaConf(file: string, code: string): HaStatement {
  const denied = code === 'EACCES' || code === 'EPERM'
  const why = denied ? 'permission denied' : code
  const cure = denied ? `let the user berofosd read it: chmod o+r ${file}` : applyAgain
  return unusable(file, `can't be read: ${why}`, cure)
}

const knownTypes = new Set(['master', 'disabled'])
const applyAgain = "apply its HA settings again, or set [master] host to the master's address"

function other(file: string, what: string): HaStatement {
  const cure = "make it a slave in its HA settings, or set [master] host to the master's address"
  return { is: 'other', file, what: `${file} ${what}`, cure }
}

function unusable(file: string, what: string, cure: string): HaStatement {
  return { is: 'unusable', file, what: `${file} ${what}`, cure }
}

function fieldsOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
