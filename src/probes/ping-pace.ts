import type { ProbeResult } from '../core/role.ts'
import type { PingCheck } from '../core/settings.ts'
import { msText } from '../net/printable.ts'
import type { Clock, Timer } from '../system/clock.ts'
import { isLoopback, isOwnAddress } from '../system/own-address.ts'
import { ownText } from './ask-addresses.ts'
import { Pace } from './pace.ts'
import { seconds } from './ping.ts'
import { type PingEnd, startPing } from './ping-process.ts'
import { type PingTiming, PingTracker } from './ping-tracker.ts'

/**
 * Pings one address for as long as ping runs. Where the check has a fast interval, a second ping runs at it while the
 * pace is fast: its numbers are reported then instead of the first one's, which goes on unheard, so that nothing has to
 * be started when the pace is slow again.
 */
export function pingAtPace(
  check: PingCheck,
  clock: Clock,
  address: string,
  report: (result: ProbeResult) => void,
): Pick<Pinging, 'kill' | 'ended'> {
  const told = check.onThisNode ? report : judgeOwn(address, report)
  const { fastIntervalMs, ...steadyOnly } = check
  if (fastIntervalMs === undefined) return startPinging(steadyOnly, clock, address, { report: told })
  return new TwoPings({ ...check, fastIntervalMs }, clock, address, told)
}

class TwoPings {
  readonly ended: Pinging['ended']
  private readonly pace: Pace
  private readonly steady: Pinging
  private fast: Pinging | null = null
  /** Those that were ended and are not gone yet. */
  private readonly ending = new Set<Promise<unknown>>()
  private isOver = false
  /** A fast ping that can't run is tried again no sooner than this. */
  private againAtMs = 0

  constructor(
    private readonly check: PingCheck & { readonly fastIntervalMs: number },
    private readonly clock: Clock,
    private readonly address: string,
    private readonly report: (result: ProbeResult) => void,
  ) {
    this.pace = new Pace(check)
    this.steady = startPinging(check, clock, address, {
      report: result => this.hear(result),
      late: () => {
        this.pace.noteLate()
        this.keepPace()
      },
    })
    this.ended = this.steady.ended.then(async end => {
      this.isOver = true
      this.endFast()
      await Promise.all(this.ending)
      return end
    })
  }

  kill(): void {
    this.isOver = true
    this.steady.kill()
    this.endFast()
  }

  private hear(result: ProbeResult): void {
    this.pace.note(result)
    this.report(result)
    this.keepPace()
  }

  private keepPace(): void {
    if (!this.pace.isFast) this.endFast()
    else if (this.fast === null && !this.isOver && this.clock.mono() >= this.againAtMs) this.startFast()
  }

  private startFast(): void {
    const { fastIntervalMs, intervalMs, timeoutMs } = this.check
    this.steady.tracker.mute(true)
    const fast = startPinging(
      { intervalMs: fastIntervalMs, timeoutMs, overtakes: true },
      this.clock,
      this.address,
      {
        report: result => {
          if (result.outcome === 'answered') this.steady.tracker.forget()
          this.hear(result)
        },
      },
    )
    this.fast = fast
    const gone = fast.ended.then(({ cause, hung, outcome }) => {
      this.ending.delete(gone)
      if (this.fast !== fast || this.isOver) return
      this.againAtMs = this.clock.mono() + intervalMs
      this.endFast()
      this.report({ outcome, ms: 0, detail: hung ?? cause })
    })
    this.ending.add(gone)
  }

  private endFast(): void {
    const { fast } = this
    this.fast = null
    this.steady.tracker.mute(false)
    fast?.kill()
  }
}

/** Reports in order, and an answer that this node gave itself as none: the master's address may have come here. */
function judgeOwn(address: string, report: (result: ProbeResult) => void): (result: ProbeResult) => void {
  if (isLoopback(address)) return report
  let before = Promise.resolve()
  return result => {
    before = before.then(async () => {
      const isOwn = result.outcome === 'answered' && (await isOwnAddress(address))
      report(isOwn ? { outcome: 'inconclusive', ms: 0, detail: ownText(address) } : result)
    })
  }
}

/** A ping that says nothing for so many intervals, and 5 s more, hangs: it is killed. */
const hungAfterIntervals = 5
const hungAfterMs = 5000

/** One `ping -n -O` under way, and what is made of it. */
interface Pinging {
  readonly tracker: PingTracker
  /** Ends it; nothing is reported from then on. */
  kill(): void
  /** `hung`: what to say if it was killed for its silence, else null. */
  readonly ended: Promise<PingEnd & { readonly hung: string | null }>
}

interface PingListener {
  readonly report: (result: ProbeResult) => void
  /** An answer has become a late one. */
  readonly late?: () => void
}

/** Starts a ping, and has a tracker turn what it says, and what it fails to say in time, into results. */
function startPinging(
  timing: PingTiming,
  clock: Clock,
  address: string,
  { report, late }: PingListener,
): Pinging {
  const args = ['-n', '-O', '-i', seconds(timing.intervalMs), address]
  const tracker = new PingTracker(timing, clock.mono(), clock.wall())
  const hungMs = hungAfterMs + hungAfterIntervals * timing.intervalMs
  let timer: Timer | null = null
  let over = false
  let hung: string | null = null

  const tell = (results: readonly ProbeResult[]) => {
    for (const result of results) if (!over) report(result)
    if (tracker.becameLate() && !over) late?.()
    timer?.cancel()
    if (over) return
    // Timers run before pipes are read: setImmediate lets lines that already wait be taken first.
    timer = clock.after(tracker.nextTickAtMs() - clock.mono(), () => void setImmediate(tick))
  }
  const tick = () => {
    if (over) return
    const silentMs = tracker.silentMs(clock.mono())
    if (silentMs > hungMs) {
      hung = `ping on this node said nothing for ${msText(silentMs)} and was restarted`
      ping.kill()
    }
    tell(tracker.tick(clock.mono()))
  }
  const end = () => {
    over = true
    timer?.cancel()
  }
  const ping = startPing(args, line => {
    if (!over) tell(tracker.take(line, clock.mono(), clock.wall()))
  })
  tell([])
  const ended = ping.ended.then(told => {
    end()
    return { ...told, hung }
  })
  const kill = () => {
    end()
    ping.kill()
  }
  return { tracker, kill, ended }
}
