import { isToldFirst } from '../core/bypass.ts'
import type { Effect, EffectArguments, EffectKind } from '../core/effects.ts'
import type { Severity } from '../core/role.ts'
import { siteWords } from '../core/site-words.ts'
import type { RelayBank } from '../relays/relay-bank.ts'
import type { AskAhead } from './ask-ahead.ts'
import type { EventLoop } from './event-loop.ts'
import type { HookRunner } from './hooks.ts'
import type { SavedBeforeSent } from './saved-before-sent.ts'
import type { Recorded, StateStore } from './state-store.ts'

/** What the runners work with. The bank is asked for each time: a reload may have replaced it. */
interface Parts {
  readonly loop: () => EventLoop
  readonly bank: () => RelayBank
  readonly hooks: HookRunner
  readonly store: StateStore
  readonly saved: SavedBeforeSent
  readonly log: (severity: Severity, text: string) => void
  /** A text of the policy in the words of the site. */
  readonly plain: (text: string) => string
  /** Says a line after those that relays have said so far. */
  readonly logAfterRelays: (severity: Severity, text: string) => void
  /**
   * On a Wazo pair: reads ha.conf again before anybody is asked, so that no line moves for a master that was replaced;
   * null: no such pair.
   */
  readonly lookFirst: () => Promise<void> | null
  /** Asks relays and witnesses. */
  readonly ahead: AskAhead
}

type EffectRunners = { readonly [K in EffectKind]: (args: EffectArguments[K]) => void }

/** What was decided, in the words of the site: the history is read by people, and outlives a change of the site. */
function inWords({ from, to, reason, ...rest }: EffectArguments['record'], { loop, plain }: Parts): Recorded {
  const { role } = siteWords(loop().settings.site.kind)
  return { ...rest, from: role[from], to: role[to], reason: plain(reason) }
}

/** Turns what the core asks for into I/O. Each returns at once and answers later with an event. */
export function effectRunners(parts: Parts): EffectRunners {
  const { loop, bank, hooks, store, saved, log } = parts
  // A later order makes one that still waits for its state to be saved void.
  let orders = 0
  return {
    log: ({ severity, text, afterRelays }) => (afterRelays ? parts.logAfterRelays : log)(severity, text),
    record: decision => store.record(inWords(decision, parts)),
    save: () => store.save(),
    checkIsolation: ({ question }) => checkIsolation(parts, question),
    discoverRole: () => {
      const nobody = () => {}
      bank()
        .discoverRole()
        .then(told => loop().post({ kind: 'roleDiscovered', ...told }), nobody)
    },
    enforce: ({ role, move }) => {
      orders += 1
      const order = orders
      const enforce = () => {
        if (order === orders) bank().enforce(role, move, isToldFirst(loop().settings, loop().state))
      }
      const { event } = loop().state.move ?? {}
      const wait = move === null ? null : saved.move(event)
      if (wait === null) return enforce()
      // Until then the order before is void as well: a relay that it could not reach must not take it now.
      bank().observe()
      whenDone(wait, undefined, enforce)
    },
    observe: () => {
      orders += 1
      bank().observe()
    },
    endHook: () => hooks.endLatest(),
    runHook: ({ hook, move, ...environment }) => {
      whenDone(hooks.run(hook, environment, saved.hook()), couldNotRun, end =>
        loop().post({ kind: 'hookEnded', move, hook, ...end }),
      )
    },
    askReady: ({ question }) => {
      whenDone(hooks.ready(), couldNotRun, ({ ok, detail }) =>
        loop().post({ kind: 'readyAnswered', question, ready: ok, detail }),
      )
    },
    remindRelays: () => bank().remind(),
  }
}

function checkIsolation({ loop, ahead, lookFirst }: Parts, question: number): void {
  const ask = () =>
    ahead.tell(({ by, silentMs }) =>
      loop().post({ kind: 'isolationChecked', question, answering: by, silentMs }),
    )
  const look = lookFirst()
  if (look === null) ask()
  else whenDone(look, undefined, ask)
}

const couldNotRun = { ok: false, detail: 'could not be run' }

export function runEffect(runners: EffectRunners, effect: Effect): void {
  const run = runners[effect.kind] as (args: Effect) => void
  run(effect)
}

function whenDone<T>(promise: Promise<T>, otherwise: T, then: (value: T) => void): void {
  promise.catch(() => otherwise).then(then, () => {})
}
