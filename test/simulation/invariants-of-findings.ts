import { modeFor } from '../../src/core/role.ts'
import type { Fact } from './facts.ts'
import type { Invariant, View } from './view.ts'
import type { DiskFault } from './virtual-disk.ts'

/** What an onlooker has seen of the daemon that is up. */
interface Seen {
  /** As last read. */
  readonly modes: Map<string, 0 | 1>
  readonly strangers: Set<string>
  adopted: boolean
  unsaved: boolean
  /** The start could not read the state. */
  unread: boolean
  unlocked: boolean
}

interface Wrong {
  /** One of these findings has to say so. */
  readonly codes: readonly string[]
  /** What is wrong; null: nothing. */
  readonly what: (seen: Seen, view: View) => string | null
}

const wrongs: readonly Wrong[] = [
  { codes: ['paused'], what: (_, { state }) => (state?.pause ? 'it is paused' : null) },
  { codes: ['override'], what: (_, { state }) => (state?.override ? 'the role is pinned' : null) },
  {
    codes: ['at-slave', 'override', 'paused'],
    what: (_, { state }) => (state?.role === 'slave' ? 'the lines are at the slave' : null),
  },
  { codes: ['isolated'], what: (_, { state }) => (state?.phase === 'isolated' ? 'it is isolated' : null) },
  { codes: ['passive'], what: (_, { state }) => (state?.phase === 'passive' ? 'it is passive' : null) },
  {
    codes: ['unconfigured'],
    what: (_, { state }) => (state?.phase === 'unconfigured' ? 'it is unconfigured' : null),
  },
  { codes: ['role-adopted'], what: ({ adopted }) => (adopted ? 'a role was adopted' : null) },
  { codes: ['state-lost'], what: ({ unread }) => (unread ? 'the state could not be read' : null) },
  { codes: ['other-program'], what: ({ unlocked }) => (unlocked ? 'there is no lock' : null) },
  { codes: ['state-unsaved'], what: ({ unsaved }) => (unsaved ? 'the state is not saved' : null) },
  {
    codes: ['relay-identity'],
    what: ({ strangers }) => [...strangers].map(name => `${name} is another device`)[0] ?? null,
  },
  { codes: ['relay-unconfirmed', 'relay-told'], what: elsewhere },
  {
    codes: ['check-failing', 'check-unproven'],
    what: (_, { state }) => (state?.verdict === 'down' ? 'the master is down' : null),
  },
]

function elsewhere({ modes }: Seen, { state, devices }: View): string | null {
  const device = devices.find(({ name, invert }) => {
    const mode = modes.get(name)
    return mode !== undefined && state && mode !== modeFor(state.role, invert)
  })
  return device ? `${device.name} reads mode=${modes.get(device.name)}, the role is ${state?.role}` : null
}

export const wrongIsSaid: Invariant = {
  name: 'findings',
  follow: () => {
    let seen = newSeen()
    return (fact, view) => {
      const fault = view.isStatusDue && view.state !== null ? unsaid(seen, view) : null
      if (fact.is === 'born') seen = newSeen()
      hear(seen, fact, view)
      return fault
    }
  },
}

const failsToWrite: readonly DiskFault[] = ['full', 'missing', 'broken']

function newSeen(): Seen {
  return {
    modes: new Map(),
    strangers: new Set(),
    adopted: false,
    unsaved: false,
    unread: false,
    unlocked: false,
  }
}

function hear(seen: Seen, fact: Fact, { world, devices }: View): void {
  if (fact.is === 'read') seen.modes.set(fact.relay, fact.mode)
  const isOurs = fact.is === 'identified' && devices.some(({ name }) => name === fact.relay)
  if (fact.is === 'identified' && fact.isForeign && isOurs) seen.strangers.add(fact.relay)
  if (fact.is === 'identified' && !fact.isForeign) seen.strangers.delete(fact.relay)
  if (fact.is === 'unlocked') seen.unlocked = !fact.later
  if (fact.is === 'forgot' && failsToWrite.includes(world.disk.fault)) seen.unsaved = world.life !== null
  if (fact.is === 'saved') seen.unsaved = false
  // Nothing was to be saved yet.
  if (fact.is === 'unread') {
    seen.unread = true
    seen.unsaved = false
  }
  if (fact.is === 'ordered' && fact.request.command === 'resume') {
    seen.adopted = false
    seen.unread = false
  }
  if (fact.is !== 'line') return
  if (fact.text.startsWith('adopted: lines at')) seen.adopted = true
  if (/^(failover|failback|forced): /.test(fact.text)) seen.adopted = false
  // Relays of a new bank have neither been read nor asked.
  if (!fact.text.startsWith('reload: ')) return
  seen.modes.clear()
  seen.strangers.clear()
}

function unsaid(seen: Seen, view: View): string | null {
  let codes: ReadonlySet<string> | null = null
  for (const { codes: wanted, what } of wrongs) {
    const wrong = what(seen, view)
    if (wrong === null) continue
    codes ??= new Set(view.status()?.findings.map(({ code }) => code))
    const said = codes
    if (!wanted.some(code => said.has(code))) return `${wrong}, and status has no ${wanted.join(' or ')}`
  }
  return null
}
