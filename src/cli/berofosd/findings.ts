import { phaseTable } from '../../core/phases.ts'
import { portsOf } from '../../core/role.ts'
import type { Status, StatusPause, StatusRelay } from '../../daemon/status.ts'
import { isoTimeText } from '../time-text.ts'
import type { Tone } from '../tones.ts'

/** One thing that is not normal. */
export interface Finding {
  /** bad: someone has to look now; odd: someone wanted it so, or it mends itself. */
  readonly tone: Extract<Tone, 'bad' | 'odd'>
  readonly what: string
  /** What mends it, or what will happen. */
  readonly cure: string
}

/** What is not normal, the worst first; none: lines at the master, every relay confirmed, automatic failover on. */
export function findingsOf(status: Status): Finding[] {
  const found = findingTable.flatMap(find => find(status))
  return [...found.filter(({ tone }) => tone === 'bad'), ...found.filter(({ tone }) => tone === 'odd')]
}

/** A site with a dead switch has one cause, not fifty. */
const mostRelays = 4

/** Each tells one kind of thing that is not normal. */
const findingTable: readonly ((status: Status) => Finding[])[] = [
  ({ phase, next }) => [
    ...when(phase === 'unconfigured', 'odd', 'berofos is not configured: nothing is driven', next),
    ...when(phase === 'passive', 'odd', 'this node is not the secondary: nothing is driven', next),
  ],
  ({ isolated }) =>
    when(
      isolated,
      'bad',
      'isolated: no relay and no witness answers, nothing is switched',
      "check this node's own network",
    ),
  ({ paused, now }) =>
    paused
      ? when(
          true,
          'odd',
          `paused${sinceText(paused, now)}: nothing is decided or switched`,
          "'berofosd resume' ends it",
        )
      : [],
  ({ override, now }) =>
    override
      ? when(
          true,
          'odd',
          `automatic failover is OFF: pinned to the ${override.role}${sinceText(override, now)}`,
          "'berofosd --force auto' ends it",
        )
      : [],
  ({ master }) =>
    when(master.verdict === 'down', 'bad', `the master ${master.host} is down`, downText(master.checks)),
  ({ master }) => {
    const [blind] = master.checks.filter(
      check => check.required && check.verdict === 'unknown' && check.last?.ok === false,
    )
    const what = `nothing is known of the master ${master.host}`
    return blind
      ? when(master.verdict === 'unknown', 'bad', what, `${blind.name}: ${blind.last?.detail}`)
      : []
  },
  ({ role, since, next, now, override, paused }) =>
    when(
      role === 'slave' && !override && !paused,
      'odd',
      `the lines are at the slave since ${isoTimeText(since, now)}`,
      next,
    ),
  ({ relays, phase }) =>
    when(
      relays.length === 0 && phase !== 'unconfigured',
      'bad',
      'bnfos.conf names no device',
      "add a section such as [fos1], then 'systemctl reload berofosd'",
    ),
  ({ relays, phase }) => {
    const open = relays.filter(({ confirmed }) => !confirmed)
    const named = open.slice(0, mostRelays).map(relay => relayFinding(relay, phase))
    const rest = open.length - named.length
    return [...named, ...when(rest > 0, 'bad', `${rest} more relays are not confirmed`, 'see below')]
  },
]

function when(holds: boolean, tone: Finding['tone'], what: string, cure: string): Finding[] {
  return holds ? [{ tone, what, cure }] : []
}

function relayFinding({ name, wanted, actual, error }: StatusRelay, phase: Status['phase']): Finding {
  if (error !== null) return { tone: 'bad', what: `${name} is not confirmed`, cure: error }
  if (actual === null) return { tone: 'odd', what: `${name} is not confirmed`, cure: 'it is being read' }
  const reads = `${name} reads mode=${actual} (${portsOf(actual)}), wanted mode=${wanted}`
  const held = phaseTable[phase]?.relays === 'hold'
  return { tone: 'odd', what: reads, cure: held ? 'it is being put right' : 'nothing is driven now' }
}

/** ` since 12:00:00 until 14:00:00 (REASON)`. */
function sinceText({ since, until, reason }: StatusPause, now: string): string {
  const end = until === null ? '' : ` until ${isoTimeText(until, now)}`
  return ` since ${isoTimeText(since, now)}${end}${reason === '' ? '' : ` (${reason})`}`
}

function downText(checks: Status['master']['checks']): string {
  const down = checks.filter(({ required, verdict }) => required && verdict === 'down')
  return down.map(check => `${check.name}: ${downWhy(check)}`).join('; ')
}

/** While a check comes back, its last result is an answer: no reason for being down. */
function downWhy({ last, streak, needed }: Status['master']['checks'][number]): string {
  return last?.ok ? `answers again, ${streak} of ${needed} in a row` : (last?.detail ?? 'no answer')
}
