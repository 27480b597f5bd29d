import type { ProbeResult } from '../core/role.ts'
import { type CheckSettings, type CommandCheck, mostProbesAtOnce } from '../core/settings.ts'
import { Pace } from '../probes/pace.ts'
import type { ProbeOnce } from '../probes/probe.ts'
import type { Clock } from '../system/clock.ts'
import type { CommandTrials } from './command-trials.ts'
import type { Ports } from './ports.ts'

export interface RunningCheck {
  readonly settings: CheckSettings
  stop(): Promise<void>
}

/**
 * Probes one check for ever. A probe is never started while the one before is open, but for those of a check that has a
 * fast interval.
 */
export function startCheck(
  settings: CheckSettings,
  { clock, probeKind, trials }: Pick<Ports, 'clock' | 'probeKind'> & { readonly trials?: CommandTrials },
  report: (result: ProbeResult) => void,
): RunningCheck {
  const { once: unguarded, stream } = probeKind(settings)
  const once = trials && settings.type === 'command' ? tried(trials, settings, unguarded) : unguarded
  const again = settings.fastIntervalMs === undefined ? repeat : repeatAtPace
  const running = stream ? stream(settings, clock, report) : again(settings, once, clock, report)
  return { settings, stop: () => running.stop() }
}

/** A command that the daemon does not outlive says nothing of the master. */
function tried(trials: CommandTrials, { name, command: line }: CommandCheck, once: ProbeOnce): ProbeOnce {
  const command = { name: `check ${name}`, line }
  return async (settings, clock, signal) => {
    const detail = await trials.begin(command)
    if (detail !== null) return { outcome: 'inconclusive', ms: 0, detail }
    return once(settings, clock, signal).finally(() => trials.ended(command))
  }
}

/** Probes one check until it is stopped. */
type Repeat = (
  settings: CheckSettings,
  once: ProbeOnce,
  clock: Clock,
  report: (result: ProbeResult) => void,
) => { stop(): Promise<void> }

/** A probe that throws is a bug of ours, and says nothing of the master. */
function bug(error: unknown): ProbeResult {
  return { outcome: 'inconclusive', ms: 0, detail: `internal error: ${String(error)}` }
}

const repeat: Repeat = (settings, once, clock, report) => {
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

/**
 * Starts a probe at its time, whether or not those before have been answered. An answer makes the probes that were
 * started before it and are still open void: the master lives, whatever became of them.
 */
const repeatAtPace: Repeat = (settings, once, clock, report) => {
  const { intervalMs, fastIntervalMs = intervalMs } = settings
  const ended = new AbortController()
  const pace = new Pace(settings)
  const open = new Set<AbortController>()
  const running = new Set<Promise<void>>()

  const probe = async () => {
    const earlier = [...open]
    const stop = new AbortController()
    open.add(stop)
    const result = await once(settings, clock, stop.signal).catch(bug)
    if (!open.delete(stop)) return
    if (result.outcome === 'answered') abortAll(earlier)
    pace.note(result)
    report(result)
  }
  const abortAll = (probes: Iterable<AbortController>) => {
    for (const stop of [...probes]) if (open.delete(stop)) stop.abort()
  }
  const start = () => {
    if (open.size >= mostProbesAtOnce) return
    const done: Promise<void> = probe().finally(() => running.delete(done))
    running.add(done)
  }
  const loop = async () => {
    let due = clock.mono()
    while (!ended.signal.aborted) {
      start()
      await clock.sleep(due + fastIntervalMs - clock.mono(), ended.signal)
      if (open.size > 0) pace.noteLate()
      due = Math.max(due + pace.intervalMs, clock.mono())
      await clock.sleep(due - clock.mono(), ended.signal)
    }
  }
  const done = loop()
  return {
    async stop() {
      ended.abort()
      abortAll(open)
      await Promise.all([done, ...running])
    },
  }
}
