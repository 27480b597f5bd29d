import type { ProbeResult } from '../core/role.ts'
import { type CheckSettings, type CommandCheck, isByCommand, mostProbesAtOnce } from '../core/settings.ts'
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
 * Probes one check until it is stopped, in one of three ways: a ping runs by itself and reports its results; a check
 * with a fast interval starts a probe at its time, even while others are open; any other waits for the end of the probe
 * before.
 */
export function startCheck(
  settings: CheckSettings,
  { clock, probeKind, trials }: Pick<Ports, 'clock' | 'probeKind'> & { readonly trials?: CommandTrials },
  report: (result: ProbeResult) => void,
): RunningCheck {
  const { once: plainOnce, stream } = probeKind(settings)
  const once = trials && isByCommand(settings) ? tried(trials, settings, plainOnce) : plainOnce
  const repeat = settings.fastIntervalMs === undefined ? oneByOne : atPace
  const running = stream ? stream(settings, clock, report) : repeat(settings, once, clock, report)
  return { settings, stop: () => running.stop() }
}

/** Notes the command before each run: one that ends the daemon itself is then known, and says nothing of the master. */
function tried(trials: CommandTrials, { name, command: line }: CommandCheck, once: ProbeOnce): ProbeOnce {
  const command = { name: `check ${name}`, line }
  return async (settings, clock, signal) => {
    const detail = await trials.begin(command)
    if (detail !== null) return { outcome: 'inconclusive', ms: 0, detail }
    return once(settings, clock, signal).finally(() => trials.ended(command))
  }
}

/** Makes one probe after the other until it is stopped. */
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

/** At the interval, or, where a probe takes longer, at once after its end. */
const oneByOne: Repeat = (settings, once, clock, report) => {
  const ended = new AbortController()
  const loop = async () => {
    let due = clock.mono()
    while (!ended.signal.aborted) {
      const result = await once(settings, clock, ended.signal).catch(bug)
      if (ended.signal.aborted) return
      report(result)
      // Probes that were due while this process stood still are left out.
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
 * Starts a probe at its time, even while earlier ones wait for their answers, `mostProbesAtOnce` at most. An answer
 * aborts the earlier ones without a result: the master lives, whatever became of them. The interval is the fast one while
 * answers are missing or late (Pace).
 */
const atPace: Repeat = (settings, once, clock, report) => {
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
