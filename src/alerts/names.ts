import type { LookupFunction } from 'node:net'
import { createResolver, limited, systemLookUp } from '../net/resolve.ts'
import type { Clock } from '../system/clock.ts'

/** One look-up at a time for all alerts: they must not take the threads that the state is saved with. */
const resolveForAlerts = createResolver(limited(1, systemLookUp))

/** The look-up of a connection; at the latest after `timeoutMs`. Use it with `autoSelectFamily`, to try every address. */
export function lookUpFor(timeoutMs: number, clock: Clock, signal: AbortSignal): LookupFunction {
  return (name, options, done) => {
    void resolveForAlerts(name, timeoutMs, clock, signal).then(found => {
      if (!found.ok) return done(Object.assign(new Error(found.detail), { code: 'ENOTFOUND' }), '', 4)
      const [first] = found.value
      const wantsAll = (options as { readonly all?: boolean }).all === true
      // Node takes either shape, by `all`; its type knows only one.
      if (wantsAll) done(null, found.value as never)
      else done(null, first.address, first.family)
    })
  }
}
