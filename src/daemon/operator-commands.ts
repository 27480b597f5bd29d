import { isOrder, latenessOf, type Progress, type Reply, type Request } from '../control/messages.ts'
import type { Handler } from '../control/server.ts'
import { targetOf } from '../core/decide.ts'
import { isBeforeRelays } from '../core/moving.ts'
import { endedBy } from '../core/operator.ts'
import { isAutomatic, phaseTable } from '../core/phases.ts'
import { assertRefusal, refusal } from '../core/refusal.ts'
import type { Role } from '../core/role.ts'
import { roleOfWord, wrongWord } from '../core/site-words.ts'
import type { State } from '../core/state.ts'
import type { RelayBank } from '../relays/relay-bank.ts'
import { headlineOfStatus } from '../status/headline.ts'
import type { Status } from '../status/status-json.ts'
import { type Clock, eachSecond } from '../system/clock.ts'
import type { Alerting } from './alerting.ts'
import type { EventLoop } from './event-loop.ts'
import type { ReloadEnd } from './reload.ts'
import type { StateStore } from './state-store.ts'

interface CommandParts {
  readonly loop: EventLoop
  readonly bank: () => RelayBank
  readonly store: StateStore
  readonly clock: Clock
  readonly status: () => Status
  readonly reload: () => Promise<ReloadEnd>
  readonly alerting: Alerting
}

type Tell = (line: Progress) => void
type Command<K extends Request['command']> = (
  request: Extract<Request, { command: K }>,
  parts: CommandParts,
  tell: Tell,
) => Promise<Reply> | Reply

/** One row a command of the control socket. */
const commands: { readonly [K in Request['command']]: Command<K> } = {
  status: (_, { status }) => ({ ok: true, status: status() }),

  history: ({ count }, { store }) => ({ ok: true, history: store.history(count) }),

  force: ({ role: word, forMs, reason, by = null }, parts, tell) => {
    const { loop } = parts
    const role = word === 'auto' ? 'auto' : roleOfWord(word)
    const refusedBecause =
      word === 'auto'
        ? null
        : (wrongWord(loop.settings.site.kind, word) ?? refusal(loop.settings, loop.state))
    if (refusedBecause) return refused(refusedBecause, loop)
    loop.post({ kind: 'forced', role, forMs, reason, by })
    return role === 'auto' ? letGo(parts, tell) : relaysTried(role, parts, tell)
  },

  pause: ({ forMs, reason, by = null }, { loop, status }) => {
    loop.post({ kind: 'pausedByOperator', forMs, reason, by })
    return { ok: true, status: status() }
  },

  resume: ({ by = null }, parts, tell) => {
    parts.loop.post({ kind: 'resumed', by })
    return letGo(parts, tell)
  },

  reload: async (_, { reload }) => {
    const end = await reload()
    return end.ok ? end : { ok: false, error: 'the old configuration stays in force', problems: end.problems }
  },

  alertTest: (_, parts, tell) => testAlerts(parts, tell),

  assert: ({ role }, parts, tell) => {
    const refusedBecause = assertRefusal(parts.loop.settings, parts.loop.state, role)
    if (refusedBecause) return refused(refusedBecause, parts.loop)
    return relaysTried(role, parts, tell)
  },
}

/** A daemon that idles holds no relay: whoever gave the order drives them as where none runs. */
function refused(error: string, { settings }: EventLoop): Reply {
  return settings.idleFor === undefined ? { ok: false, error } : { ok: false, error, idle: true }
}

export function operatorCommands(parts: CommandParts): Handler {
  return async (request, tell) => {
    const late = isOrder(request) ? latenessOf(request, parts.clock.wall()) : null
    if (late !== null) return { ok: false, error: late }
    const command = commands[request.command] as Command<Request['command']>
    const { loop } = parts
    const before = loop.state
    const replying = command(request, parts, tell)
    if (!storedOrders.includes(request.command)) return replying
    // An order counts at once; what the command waits for is the relays.
    const ended = endedBy({ before, after: loop.state }, loop.settings)
    if (ended.length === 0 && request.command === 'resume') ended.push(nothingEnded)
    const reply = await orNotSaved(await replying, parts)
    return ended.length > 0 ? { ...reply, ended } : reply
  }
}

/** Orders that have to outlive a restart. */
const storedOrders: readonly Request['command'][] = ['force', 'pause', 'resume']

const nothingEnded = 'nothing: there was neither a pause nor an override nor a hold'

/** A disk takes some 5 ms; an operator waits no longer for one that hangs. */
const longestSaveMs = 1000

/** Whoever gave an order hears when a restart would forget it. */
async function orNotSaved(reply: Reply, { store, status }: CommandParts): Promise<Reply> {
  if (await store.flush(longestSaveMs)) return reply
  const why = store.problem ?? 'the disk does not answer: check it'
  const also = reply.ok ? '' : `; ${reply.error}`
  return { ok: false, error: `not saved: ${why}; a restart would forget it${also}`, status: status() }
}

/** Automatic again, and that may move the lines at once: then it waits for the relays as with a role that is forced. */
async function letGo(parts: CommandParts, tell: Tell): Promise<Reply> {
  const { loop, status } = parts
  await patiently(
    decided(loop, ({ phase }) => phase !== 'suspect'),
    parts,
    tell,
  )
  const { role, move } = loop.state
  const moving = isBeforeRelays(move) || move?.stage === 'driving'
  return moving ? relaysTried(role, parts, tell) : { ok: true, status: status() }
}

/** Waits until each relay was read back at the role or failed a try, and says which failed, or who overruled it. */
async function relaysTried(role: Role, parts: CommandParts, tell: Tell): Promise<Reply> {
  const { loop } = parts
  await patiently(driven(parts), parts, tell)
  const status = parts.status()
  if (status.relays.length === 0) return { ok: false, error: noRelay, status }
  const { settings, state } = loop
  const observes = targetOf(state) === null
  const overruled = state.role !== role || (observes && !isAutomatic({ settings, state }))
  if (overruled) return { ok: false, error: `overruled meanwhile: ${headlineOfStatus(status)}`, status }
  const failed = status.relays.filter(relay => !relay.confirmed)
  if (failed.length === 0) return { ok: true, status }
  const names = failed.map(({ name, error }) => `${name} (${error ?? 'not read back yet'})`).join(', ')
  const rest = observes
    ? `nothing is driven now: ${phaseTable[state.phase].meaning}`
    : 'the daemon goes on trying'
  return { ok: false, error: `not read back: ${names}; ${rest}`, status }
}

const noRelay = 'no line was moved: bnfos.conf names no device'

/** Waits for it, but not for ever, and says each second how far the relays are. */
async function patiently(done: Promise<void>, parts: CommandParts, tell: Tell): Promise<void> {
  const { clock, loop } = parts
  const ended = new AbortController()
  void reportProgress(parts, tell, ended.signal)
  const deadlineMs = loop.settings.hooks.timeoutMs + 4 * loop.settings.relays.timeoutMs + 5000
  await Promise.race([done, clock.sleep(deadlineMs, ended.signal)])
  ended.abort()
}

/** A device may say yes and move some seconds later. Our choice. */
const lateMs = 5000
const lookMs = 200

/** The move is past its relays, or frozen by a pause; then every relay is read once more. */
async function driven(parts: CommandParts): Promise<void> {
  const { loop, bank, clock, status } = parts
  const pastRelays = (state: State) => {
    const frozen = targetOf(state) === null
    return !isBeforeRelays(state.move) && (state.move?.stage !== 'driving' || frozen)
  }
  await decided(loop, pastRelays)
  bank().readNow()
  await bank().allTried()
  // Where a verdict is about to come, what is not at the role is driven there with it, or the role changes.
  if (isUndecided(loop.state) && !status().relays.every(({ confirmed }) => confirmed)) {
    await decided(loop, state => !isUndecided(state))
    return driven(parts)
  }
  // The daemon goes on telling and reading it by itself.
  for (let waitedMs = 0; waitedMs < lateMs && bank().hasLate(); waitedMs += lookMs) await clock.sleep(lookMs)
  // A device may turn out to have bypassed by itself, which the order undoes by a move of its own.
  await decided(loop, pastRelays)
}

function isUndecided({ phase }: State): boolean {
  return phase === 'starting' || phase === 'suspect'
}

/** Resolves at the first decision after which it holds, at once when it holds already. */
function decided(loop: EventLoop, holds: (state: State) => boolean): Promise<void> {
  return new Promise(resolve => {
    const look = () => {
      if (!holds(loop.state)) return
      stop()
      resolve()
    }
    const stop = loop.onDecision(look)
    look()
  })
}

/** Each way is tried here, in the unit's sandbox: from a shell it might work and tell nothing. */
async function testAlerts({ alerting, clock }: CommandParts, tell: Tell): Promise<Reply> {
  const ended = new AbortController()
  void eachSecond(clock, ended.signal, () => tell({ progress: 'waiting until the alerts are taken' }))
  const tested = await alerting.test().finally(() => ended.abort())
  if (tested.length === 0) return { ok: false, error: noWay, tested }
  if (tested.every(({ sent }) => sent.ok)) return { ok: true, tested }
  return { ok: false, error: 'not every alert was delivered', tested }
}

const noWay = "no way to tell anybody is set: set one in [alert], then 'systemctl reload berofosd'"

function reportProgress(
  { loop, clock, status }: CommandParts,
  tell: Tell,
  ended: AbortSignal,
): Promise<void> {
  return eachSecond(clock, ended, () => {
    const { relays } = status()
    const confirmed = relays.filter(relay => relay.confirmed).length
    const { move, phase } = loop.state
    const hook = isBeforeRelays(move) ? 'the hook before is running, ' : ''
    const suspect = phase === 'suspect' ? 'the master is suspect, ' : ''
    tell({ progress: `${hook}${suspect}${confirmed} of ${relays.length} relays confirmed` })
  })
}
