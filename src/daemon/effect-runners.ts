import type { Effect, EffectArguments, EffectKind } from '../core/effects.ts'
import type { Severity } from '../core/role.ts'
import type { MoveEvent } from '../core/state.ts'
import type { RelayBank } from '../relays/relay-bank.ts'
import type { EventLoop } from './event-loop.ts'
import type { HookRunner } from './hooks.ts'
import type { Memory } from './memory.ts'

/** What the runners work with. The bank is asked for each time: a reload may have replaced it. */
export interface Parts {
  readonly loop: () => EventLoop
  readonly bank: () => RelayBank
  readonly hooks: HookRunner
  readonly memory: Memory
  readonly log: (severity: Severity, text: string) => void
  /** Says a line after those that relays have said so far. */
  readonly logAfterRelays: (severity: Severity, text: string) => void
  /** What this node's Wazo says now is in force; null: it has none to ask. */
  readonly lookFirst: () => Promise<void> | null
  /** Resolves with the first witness that answers; null: none did. */
  readonly askWitnesses: () => Promise<string | null>
}

export type EffectRunners = { readonly [K in EffectKind]: (args: EffectArguments[K]) => void }

/** A disk takes some 5 ms; one that hangs holds up no failover, and no operator's order, for longer. */
const longestSaveMs = 250

/**
 * The one rule for waits on the disk: an effect that leaves this process waits until the state that explains it is saved.
 * A failback is never urgent and waits as long as it takes; everything else waits for a bounded time. (Relays and lines
 * of the log wait as long, in assembly.ts.)
 */
function savedFor(event: MoveEvent | undefined, memory: Memory): Promise<unknown> {
  return event === 'failback' ? memory.savedAtLast() : memory.saved(longestSaveMs)
}

/** Turns what the core asks for into I/O. Each returns at once and answers later with an event. */
export function effectRunners(parts: Parts): EffectRunners {
  const { loop, bank, hooks, memory, log } = parts
  // A later order makes one that still waits for the disk void.
  let orders = 0
  return {
    log: ({ severity, text, afterRelays }) => (afterRelays ? parts.logAfterRelays : log)(severity, text),
    record: decision => memory.record(decision),
    save: () => memory.save(),
    survey: ({ question }) => {
      const survey = () =>
        firstAnswer([bank().survey(), parts.askWitnesses()], answering =>
          loop().post({ kind: 'surveyed', question, answering }),
        )
      const look = parts.lookFirst()
      if (look === null) survey()
      else settle(look, undefined, survey)
    },
    adopt: () => {
      const nobody = () => {}
      bank()
        .adopt()
        .then(role => loop().post({ kind: 'adopted', role }), nobody)
    },
    hold: ({ role, move }) => {
      orders += 1
      const order = orders
      const hold = () => {
        if (order === orders) bank().hold(role, move)
      }
      if (move === null) return hold()
      // Until then the order before is void as well: a relay that it could not reach must not take it now.
      bank().watch()
      settle(savedFor(loop().state.move?.event, memory), undefined, hold)
    },
    watch: () => {
      orders += 1
      bank().watch()
    },
    endHook: () => hooks.endLatest(),
    runHook: ({ hook, move, ...environment }) => {
      settle(hooks.run(hook, environment, memory.saved(longestSaveMs)), couldNotRun, end =>
        loop().post({ kind: 'hookEnded', move, hook, ...end }),
      )
    },
    askReady: ({ question }) => {
      settle(hooks.ready(), couldNotRun, ({ ok, detail }) =>
        loop().post({ kind: 'readyAnswered', question, ready: ok, detail }),
      )
    },
    remindRelays: () => bank().remind(),
  }
}

const couldNotRun = { ok: false, detail: 'could not be run' }

export function runEffect(runners: EffectRunners, effect: Effect): void {
  const run = runners[effect.kind] as (args: Effect) => void
  run(effect)
}

function settle<T>(promise: Promise<T>, otherwise: T, then: (value: T) => void): void {
  promise.catch(() => otherwise).then(then, () => {})
}

/** Tells the first answer at once, or null after the last silence. */
function firstAnswer(asked: readonly Promise<string | null>[], tell: (answer: string | null) => void): void {
  let open = asked.length
  let told = false
  for (const question of asked)
    settle(question, null, answer => {
      open -= 1
      if (told || (answer === null && open > 0)) return
      told = true
      tell(answer)
    })
}
