import { isNormal } from '../core/findings/codes.ts'
import { listText } from '../core/list-text.ts'
import type { Mode } from '../core/role.ts'
import { linesAt, type RoleWord } from '../core/site-words.ts'
import type { Phase } from '../core/state.ts'
import type { Status } from './status-json.ts'

interface HeadlineParts {
  readonly role: RoleWord
  readonly phase: Phase
  readonly automatic: boolean
  readonly relays: readonly RelayPlace[]
}

interface RelayPlace {
  readonly name: string
  readonly wanted: Mode
  /** As last read; null: not yet. */
  readonly actual: Mode | null
  /** It is where the role wants it. */
  readonly confirmed: boolean
  /** It can't be driven or read. */
  readonly fails: boolean
}

/** The present state in one line. */
export function headline({ role, phase, automatic, relays }: HeadlineParts): string {
  const move = role === 'master' || role === 'slave' ? 'failover' : 'bypass'
  const failover = `automatic ${move} ${automatic ? 'on' : 'OFF'}`
  if (relays.length === 0) return `no relay to drive, ${phase}, ${failover}`
  const open = relays.filter(relay => !relay.confirmed)
  const hanging = open.length === 0 ? '' : ` (${hangingText(open, relays.length, otherWord[role])})`
  const confirmed = `${relays.length - open.length} of ${relays.length} relays confirmed${hanging}`
  return `${linesAt(role)}, ${phase}, ${confirmed}, ${failover}`
}

const otherWord: Readonly<Record<RoleWord, RoleWord>> = {
  ...{ master: 'slave', slave: 'master', server: 'pbx', pbx: 'server' },
}

/** `fos3 last seen at the master, fos7 and fos8 not read yet`. */
function hangingText(open: readonly RelayPlace[], all: number, other: RoleWord): string {
  const elsewhere = linesAt(other).slice('lines '.length)
  const wordsOf = ({ actual, wanted, fails }: RelayPlace) => {
    if (actual === null && !fails) return 'not read yet'
    if (actual === null || actual === wanted) return 'not readable'
    return `${fails ? 'last seen' : 'still'} ${elsewhere}`
  }
  const words = [...new Set(open.map(wordsOf))]
  return words
    .map(where => {
      const names = open.filter(relay => wordsOf(relay) === where).map(({ name }) => name)
      return `${names.length === all && all > 1 ? 'all' : listText(names)} ${where}`
    })
    .join(', ')
}

/** The same of a whole status. */
export function headlineOfStatus({ relays, ...status }: Status): string {
  return headline({ ...status, relays: relays.map(relay => ({ ...relay, fails: relay.error !== null })) })
}

/** Whether all is normal, and the state, in a line. */
export function markedHeadline(status: Status): string {
  return `${isNormal(status.findings) ? 'ok' : '!!'} ${headlineOfStatus(status)}`
}
