import type { ProbeResult } from '../core/role.ts'
import type { CheckSettings } from '../core/settings.ts'
import type { ProbeOnce } from '../probes/probe.ts'
import type { Clock } from '../system/clock.ts'
import type { Doors } from './doors.ts'

export interface RunningCheck {
  readonly settings: CheckSettings
  stop(): Promise<void>
}

/** Probes one check for ever, one result an interval. A probe is never started while the one before is open. */
export function startCheck(
  settings: CheckSettings,
  { clock, probeKind }: Pick<Doors, 'clock' | 'probeKind'>,
  report: (result: ProbeResult) => void,
): RunningCheck {
  const { once, stream } = probeKind(settings)
  const running = stream ? stream(settings, clock, report) : repeat(settings, once, clock, report)
  return { settings, stop: () => running.stop() }
}

/** A probe that throws is a bug of ours, and says nothing of the master. */
function bug(error: unknown): ProbeResult {
  return { outcome: 'inconclusive', ms: 0, detail: `internal error: ${String(error)}` }
}

function repeat(
  settings: CheckSettings,
  once: ProbeOnce,
  clock: Clock,
  report: (result: ProbeResult) => void,
): { stop(): Promise<void> } {
  const ended = new AbortController()
  const loop = async () => {
    let due = clock.mono()
    while (!ended.signal.aborted) {
      const result = await once(settings, clock, ended.signal).catch(bug)
      if (ended.signal.aborted) return
      report(result)
      // After a stall the probes that were missed are not made up for.
      due = Math.max(due + settings.intervalMs, clock.mono())
      await clock.sleep(due - clock.mono(), ended.signal)
    }
  }
  const done = loop()
  return {
    stop: () => {
      ended.abort()
      return done
    },
  }
}
