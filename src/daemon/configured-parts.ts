import { setMaxListeners } from 'node:events'
import { isDeepStrictEqual } from 'node:util'
import type { RememberedAddresses } from '../berofos/device.ts'
import type { Target } from '../core/decide.ts'
import type { Event } from '../core/events.ts'
import { deviceWants } from '../core/relay/device-wants.ts'
import type { RelayLine } from '../core/relay/relay-lines.ts'
import type { KnownMode } from '../core/relay/relay-state.ts'
import { isMasterless } from '../core/secondary.ts'
import type { CheckSettings, DeviceSettings, Settings } from '../core/settings.ts'
import { within } from '../net/deadline.ts'
import { confirmedOf } from '../relays/all-readings.ts'
import type { BankOptions } from '../relays/options.ts'
import { RelayBank } from '../relays/relay-bank.ts'
import { type GuardOptions, type KickedDevice, WatchdogKicker } from '../relays/watchdog-kicker.ts'
import { openForMs, schedule } from './calendar.ts'
import type { CommandTrials } from './command-trials.ts'
import { LastLook } from './last-look.ts'
import { watchFile } from './node-files.ts'
import type { Ports } from './ports.ts'
import { type RunningCheck, startCheck } from './probe-schedule.ts'

export interface PartsOptions {
  readonly ports: Ports
  readonly trials: CommandTrials
  readonly post: (event: Event) => void
  readonly line: (line: RelayLine, relay: string) => void
  /** Something that is saved of the relays has changed. */
  readonly changed: () => void
  /** Waits, not for long, until that is saved: in the copy in memory, or on the disk where there is none. */
  readonly saved: () => Promise<unknown>
  /** Tells the relays as they are now, as if it were decided anew: a reload makes no move less safe. */
  readonly enforce: (target: Target) => void
  readonly known: Readonly<Record<string, KnownMode>>
  /** Where those that are given by name answered. */
  readonly addresses: RememberedAddresses
  /** Whether the devices are to be kept from bypassing, right now. */
  readonly mayKick: () => boolean
  /** The lines wait until this device answers over UDP. */
  readonly isAwaited: (relay: string) => boolean
}

/** What a reload has replaced. */
interface Followed {
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
  readonly lastLook: LastLook
  private checks: RunningCheck[] = []
  private calendar: { stop(): void }[] = []
  private secondaryWatch: { stop(): void } | null = null
  private readonly ended = new AbortController()
  private everKnown: Readonly<Record<string, KnownMode>>

  constructor(
    private settings: Settings,
    private readonly options: PartsOptions,
  ) {
    // One for each witness that is being asked: Node warns from eleven on.
    setMaxListeners(0, this.ended.signal)
    this.everKnown = options.known
    this.lastLook = new LastLook(options.ports, options.post)
    this.bank = this.openBank(options.known)
  }

  /** Checks and calendar begin to report. */
  start(): void {
    this.checks = checksOf(this.settings).map(check => this.startCheck(check))
    this.startCalendar()
    this.options.post({ kind: 'windowChecked', forMs: this.windowForMs() })
    this.watchSecondary()
  }

  /**
   * Applies new settings at once: from now on nothing is reported by what they replace. `target`: what the
   * relays are told now. `gone` resolves when all of the old is.
   */
  follow(settings: Settings, target: Target | null): Followed {
    const before = this.settings
    this.settings = settings
    const sameRelays = isDeepStrictEqual(relayParts(before), relayParts(settings))
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
    const { clock, disk } = this.options.ports
    return within(clock, longestLookMs, disk.exists(secondaryFile), null)
  }

  /** Resolves with the first witness that answers, or null after at most a second. */
  async askWitnesses(): Promise<string | null> {
    const { witnesses } = this.settings
    const { ports } = this.options
    return new Promise(resolve => {
      const asked = witnesses.map(async host => {
        if (await ports.pings(host, witnessMs, this.ended.signal)) resolve(`witness ${host}`)
      })
      void Promise.allSettled(asked).then(() => resolve(null))
    })
  }

  async close(): Promise<void> {
    this.ended.abort()
    this.lastLook.follow([])
    for (const task of this.calendar) task.stop()
    this.secondaryWatch?.stop()
    await Promise.all([this.bank.close(), ...this.checks.map(check => check.stop())])
  }

  private openBank(
    known: Readonly<Record<string, KnownMode>>,
    follows: Pick<BankOptions, 'after' | 'confirmed'> = {},
  ): RelayBank {
    const { ports, line, post, changed, saved, addresses } = this.options
    const { devices, relays: timing } = this.settings
    return new RelayBank({
      devices: devices ?? [],
      timing,
      clock: ports.clock,
      random: ports.random,
      askMac: (host, unwanted) => ports.askMac(host, unwanted, addresses),
      open: device => ports.openDevice(device, timing.timeoutMs, addresses),
      ...this.kickingParts(),
      known,
      line,
      changed,
      saved,
      ...follows,
      moveBegun: move => post({ kind: 'moveBegun', move }),
      // Without bnfos.conf there is no relay, which is not the same as all relays being there.
      relaysTried: (move, all, tally) => devices && post({ kind: 'relaysTried', move, all, tally }),
    })
  }

  /** kind = bypass: what keeps the watchdogs of the devices from tripping. */
  private kickingParts(): Pick<BankOptions, 'kicker' | 'tripped' | 'wants'> {
    const { site } = this.settings
    const { ports, post, mayKick, isAwaited, addresses } = this.options
    const wants = (device: DeviceSettings) => deviceWants(site, device)
    if (site.kind === 'pair') return { wants }
    const { clock } = ports
    const kick: GuardOptions['kick'] = (host, mac, ms) => ports.kick(host, mac, ms, addresses)
    const askMac: GuardOptions['askMac'] = host => ports.askMac(host, undefined, addresses)
    const answers = (relay: string) => post({ kind: 'answersUdp', relay })
    const kicker = (device: KickedDevice) =>
      new WatchdogKicker({ ...site, clock, kick, askMac, mayKick, isAwaited, answers }, device)
    return { wants, kicker, tripped: trip => post({ kind: 'tripped', ...trip }) }
  }

  private replaceBank(target: Target | null): Promise<unknown> {
    const known = this.known()
    // A move under way goes on where it was.
    const confirmed = confirmedOf(this.bank.list(), this.settings.devices ?? [])
    const { bank } = this
    // Whether a write that is on its way has left is certain only then.
    const last = () => bank.known()
    const gone = bank.close().then(last, last)
    this.bank = this.openBank(known, { after: gone, confirmed })
    if (target) this.options.enforce(target)
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
    const { ports, trials, post } = this.options
    return startCheck(check, { ...ports, trials }, result =>
      post({ kind: 'probed', check: check.name, result }),
    )
  }

  private startCalendar(): void {
    const { failback, log } = this.settings
    const { post } = this.options
    const { clock } = this.options.ports
    this.calendar = [schedule(log.remind, clock, () => post({ kind: 'reminded' }))]
    if (failback.policy !== 'window') return
    const opened = () => post({ kind: 'windowChecked', forMs: failback.windowLengthMs })
    const clockWasSet = () => post({ kind: 'windowChecked', forMs: this.windowForMs() })
    this.calendar.push(schedule(failback.window, clock, opened, clockWasSet))
  }

  /** For how long the failback window is open now; 0: it is closed, or there is none. */
  private windowForMs(): number {
    const { policy, window, windowLengthMs } = this.settings.failback
    return policy === 'window' ? openForMs(window, windowLengthMs, this.options.ports.clock.wall()) : 0
  }

  /** Only where there is a file to look for. */
  private watchSecondary(): void {
    const { post, changed, ports } = this.options
    this.secondaryWatch?.stop()
    const { secondaryFile } = this.settings
    const asks = secondaryFile !== null && !isMasterless(this.settings)
    this.secondaryWatch = asks
      ? watchFile(secondaryFile, ports, present => {
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

/** What the relays follow: a change of any of it opens them anew. */
function relayParts({ site, devices, relays }: Settings) {
  return [site, devices, relays]
}
