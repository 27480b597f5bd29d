import type { Effect } from '../core/effects.ts'
import type { Event } from '../core/events.ts'
import type { RelayLine } from '../core/relay/relay-lines.ts'
import { moveEvents } from '../core/state.ts'
import * as status from '../status/counts.ts'
import { type RecentProbes, withResult } from '../status/recent.ts'
import type { Clock } from '../system/clock.ts'

/** Counts what passes between the parts of the daemon. */
export class Counters {
  counts: status.Counts = status.noCounts
  recent: RecentProbes = {}

  constructor(private readonly clock: Pick<Clock, 'mono'>) {}

  /** `then`, if there is one, with what it is called with counted before. */
  first<A extends unknown[]>(
    count: (...seen: A) => void,
    then: (...seen: A) => void = () => {},
  ): (...seen: A) => void {
    return (...seen) => {
      count.apply(this, seen)
      then(...seen)
    }
  }

  event(event: Event): void {
    if (event.kind !== 'probed') return
    this.counts = status.withProbe(this.counts, event.check, event.result)
    this.recent = withResult(this.recent, event.check, event.result, this.clock.mono())
  }

  effect(effect: Effect): void {
    if (effect.kind !== 'record') return
    const what = moveEvents.find(each => each === effect.what)
    if (what !== undefined) this.counts = status.withMove(this.counts, what)
  }

  line({ isDrift }: RelayLine, relay: string): void {
    if (isDrift) this.counts = status.withDrift(this.counts, relay)
  }

  hookFailed(hook: string): void {
    this.counts = status.withHookFailure(this.counts, hook)
  }

  alert(way: string, outcome: status.AlertOutcome): void {
    this.counts = status.withAlert(this.counts, way, outcome)
  }
}
