import { type Status, statusLine } from '../../daemon/status.ts'
import { findingsOf } from './findings.ts'

/** Whether all is normal, and the state, in a line. */
export function presentLine(status: Status): string {
  return `${findingsOf(status).length === 0 ? 'ok' : '!!'} ${statusLine(status)}`
}
