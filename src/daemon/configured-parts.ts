import { isDeepStrictEqual } from 'node:util'
import type { Event } from '../core/events.ts'
import type { Line } from '../core/relay-lines.ts'
import type { Target } from '../core/role-machine.ts'
import { isMasterless } from '../core/secondary.ts'
import type { CheckSettings, Settings } from '../core/settings.ts'
import { RelayBank } from '../relays/relay-bank.ts'
import type { KnownMode } from '../relays/relay-options.ts'
import { within } from '../system/within.ts'
import { openForMs, schedule } from './calendar.ts'
import type { Doors } from './doors.ts'
import { watchFile } from './file-watch.ts'
import { type RunningCheck, startCheck } from './probe-schedule.ts'

export interface PartsOptions {
  readonly doors: Doors
  readonly post: (event: Event) => void
  readonly line: (line: Line, relay: string) => void
  /** What the relays remember has changed. */
  readonly changed: () => void
  /** Waits, not for long, until that is on disk. */
  readonly kept: () => Promise<unknown>
  readonly known: Readonly<Record<string, KnownMode>>
}

/** What a reload has replaced. */
export interface Followed {
  /** Checks that start from zero. */
  readonly changed: readonly string[]
  readonly windowForMs: number
  readonly gone: Promise<unknown>
}

/** How long a start or a reload waits for a file system that hangs. */
const longestLookMs = 2000

/** How long witnesses have to answer a ping. */
const witnessMs = 1000

/** Everything that follows the configuration: checks, relays, calendar. What a reload leaves as it was goes on. */
export class ConfiguredParts {
  bank: RelayBank
  /** What comes before relays and witnesses are asked whether the lines may move; null: nothing. */
  lookFirst: () => Promise<void> | null = () => null
  private checks: RunningCheck[] = []
  private calendar: { stop(): void }[] = []
  private secondaryWatch: { stop(): void } | null = null
  private readonly ended = new AbortController()
  private everKnown: Readonly<Record<string, KnownMode>>

  constructor(
    private settings: Settings,
    private readonly options: PartsOptions,
  ) {
    this.everKnown = options.known
    this.bank = this.openBank(options.known)
  }

  /** Checks and calendar begin to report. */
  start(): void {
    this.checks = checksOf(this.settings).map(check => this.startCheck(check))
    this.startCalendar()
    this.options.post({ kind: 'windowOpened', forMs: this.windowForMs() })
    this.watchSecondary()
  }

  /**
   * Takes new settings into force, at once: from now on nothing that they replace is heard of. `target`: what the
   * relays are told now. `gone` resolves when all of the old is.
   */
  follow(settings: Settings, target: Target | null): Followed {
    const before = this.settings
    this.settings = settings
    const sameRelays = isDeepStrictEqual([before.devices, before.relays], [settings.devices, settings.relays])
    const bankGone = sameRelays ? null : this.replaceBank(target)
    const { changed, gone } = this.replaceChecks(settings)
    for (const task of this.calendar) task.stop()
    this.startCalendar()
    this.watchSecondary()
    return { changed, windowForMs: this.windowForMs(), gone: Promise.all([bankGone, gone]) }
  }

  /** What is known of every relay that was ever configured in this run or the one before. */
  known(): Readonly<Record<string, KnownMode>> {
    this.everKnown = { ...this.everKnown, ...this.bank.known() }
    return this.everKnown
  }

  /** Whether a node with these settings may act; null: the file system that would tell hangs. */
  async isSecondary(settings: Settings): Promise<boolean | null> {
    const { secondaryFile } = settings
    if (isMasterless(settings)) return false
    if (secondaryFile === null) return true
    const { clock, disk } = this.options.doors
    return within(clock, longestLookMs, disk.exists(secondaryFile), null)
  }

  /** Resolves with the first witness that answers, or null after at most a second. */
  async askWitnesses(): Promise<string | null> {
    const { witnesses } = this.settings
    const { doors } = this.options
    return new Promise(resolve => {
      const asked = witnesses.map(async host => {
        if (await doors.pings(host, witnessMs, this.ended.signal)) resolve(`witness ${host}`)
      })
      void Promise.allSettled(asked).then(() => resolve(null))
    })
  }

  async close(): Promise<void> {
    this.ended.abort()
    for (const task of this.calendar) task.stop()
    this.secondaryWatch?.stop()
    await Promise.all([this.bank.close(), ...this.checks.map(check => check.stop())])
  }

  private openBank(known: Readonly<Record<string, KnownMode>>, after?: Promise<unknown>): RelayBank {
    const { doors, line, post, changed, kept } = this.options
    const { devices, relays: timing } = this.settings
    return new RelayBank({
      devices: devices ?? [],
      timing,
      clock: doors.clock,
      random: doors.random,
      askMac: doors.askMac,
      open: device => doors.openDevice(device, timing.timeoutMs),
      known,
      line,
      changed,
      kept,
      ...(after && { after }),
      begun: move => post({ kind: 'begun', move }),
      // Without bnfos.conf there is no relay, which is not the same as all relays being there.
      settled: (move, all, tally) => devices && post({ kind: 'settled', move, all, tally }),
    })
  }

  private replaceBank(target: Target | null): Promise<void> {
    const known = this.known()
    const gone = this.bank.close()
    this.bank = this.openBank(known, gone)
    if (target) this.bank.hold(target.role, target.move)
    return gone
  }

  private replaceChecks(settings: Settings): { changed: readonly string[]; gone: Promise<unknown> } {
    const wanted = checksOf(settings)
    const kept = this.checks.filter(running => wanted.some(c => isDeepStrictEqual(c, running.settings)))
    const isFresh = (c: CheckSettings) => !kept.some(running => running.settings.name === c.name)
    // One that is told to stop reports nothing from then on.
    const stopping = this.checks.filter(running => !kept.includes(running)).map(running => running.stop())
    this.checks = [...kept, ...wanted.filter(isFresh).map(check => this.startCheck(check))]
    // Of a check that does not run nothing is known, too.
    const changed = settings.checks.filter(isFresh).map(check => check.name)
    return { changed, gone: Promise.all(stopping) }
  }

  private startCheck(check: CheckSettings): RunningCheck {
    const { doors, post } = this.options
    return startCheck(check, doors, result => post({ kind: 'probed', check: check.name, result }))
  }

  private startCalendar(): void {
    const { failback, log } = this.settings
    const { post } = this.options
    const { clock } = this.options.doors
    this.calendar = [schedule(log.remind, clock, () => post({ kind: 'reminded' }))]
    if (failback.policy !== 'window') return
    const opened = () => post({ kind: 'windowOpened', forMs: failback.windowLengthMs })
    const clockWasSet = () => post({ kind: 'windowOpened', forMs: this.windowForMs() })
    this.calendar.push(schedule(failback.window, clock, opened, clockWasSet))
  }

  /** For how long the failback window is open now; 0: it is closed, or there is none. */
  private windowForMs(): number {
    const { policy, window, windowLengthMs } = this.settings.failback
    return policy === 'window' ? openForMs(window, windowLengthMs, this.options.doors.clock.wall()) : 0
  }

  /** Only where there is a file to look for. */
  private watchSecondary(): void {
    const { post, changed, doors } = this.options
    this.secondaryWatch?.stop()
    const { secondaryFile } = this.settings
    const asks = secondaryFile !== null && !isMasterless(this.settings)
    this.secondaryWatch = asks
      ? watchFile(secondaryFile, doors, present => {
          post({ kind: 'secondaryChanged', present })
          // A later start whose disk hangs goes by what was known last.
          changed()
        })
      : null
  }
}

/** Against a master that nobody knows none runs, not even one that asks another host. */
function checksOf(settings: Settings): readonly CheckSettings[] {
  return isMasterless(settings) ? [] : settings.checks
}
