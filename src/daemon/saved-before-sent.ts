import type { MoveEvent } from '../core/state.ts'
import type { StateStore } from './state-store.ts'

/** A disk takes some 5 ms; one that hangs delays no failover, and no operator's order, for longer. */
const longestSaveMs = 250

/**
 * The one rule for waits: what leaves this process waits until the state that explains it is saved, so that a daemon
 * that is killed in between knows at its next start what it had done. The copy in memory outlives the process and is
 * written at once; where there is none, the disk is waited for, for a bounded time.
 */
export interface SavedBeforeSent {
  /** Relays are told of a move. null: nothing to wait for. A failback is never urgent: it waits for the disk, however long. */
  readonly move: (event: MoveEvent | undefined) => Promise<unknown> | null
  /** A mode is written to a relay. */
  readonly relayWrite: () => Promise<unknown>
  /** The log tells that a relay has switched, so that no line is written twice. What relays remember is saved together. */
  readonly relayLine: () => Promise<unknown>
  /** A hook runs. It may be what ends this machine: always the disk. */
  readonly hook: () => Promise<unknown>
}

export function savedBeforeSent(store: StateStore): SavedBeforeSent {
  return {
    move(event) {
      if (event === 'failback') return store.flushWithoutDeadline()
      return store.savePending() ? null : store.flush(longestSaveMs)
    },
    relayWrite: () => store.saved(longestSaveMs, 'now'),
    relayLine: () => store.saved(longestSaveMs, 'soon'),
    hook: () => store.flush(longestSaveMs),
  }
}
