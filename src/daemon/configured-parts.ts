import { isDeepStrictEqual } from 'node:util'
import type { Line } from '../core/convergence.ts'
import type { Event } from '../core/events.ts'
import type { Target } from '../core/role-machine.ts'
import type { Settings } from '../core/settings.ts'
import type { KnownMode } from '../relays/relay.ts'
import { RelayBank } from '../relays/relay-bank.ts'
import { openForMs, schedule } from './calendar.ts'
import type { Doors } from './doors.ts'
import { type RunningCheck, startCheck } from './probe-schedule.ts'

export interface PartsOptions {
  readonly doors: Doors
  readonly post: (event: Event) => void
  readonly line: (line: Line, relay: string) => void
  /** What the relays remember has changed. */
  readonly changed: () => void
  readonly known: Readonly<Record<string, KnownMode>>
}

/** How often the file that makes this node the secondary is looked for. */
const secondaryLookMs = 1000
/** How long witnesses have to answer a ping. */
const witnessMs = 1000

/** Everything that follows the configuration: checks, relays, calendar. What a reload leaves as it was goes on. */
export class ConfiguredParts {
  bank: RelayBank
  private checks: RunningCheck[] = []
  private calendar: { stop(): void }[] = []
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
    this.checks = this.settings.checks.map(check => this.startCheck(check))
    this.startCalendar()
    void this.watchSecondary()
  }

  /** Takes new settings into force; `target`: what the relays are told now. Tells which checks start from zero. */
  async follow(settings: Settings, target: () => Target | null): Promise<readonly string[]> {
    const before = this.settings
    this.settings = settings
    for (const task of this.calendar) task.stop()
    this.startCalendar()
    if (!isDeepStrictEqual([before.devices, before.relays], [settings.devices, settings.relays]))
      await this.replaceBank(target)
    return this.replaceChecks(settings)
  }

  /** What is known of every relay that was ever configured in this run or the one before. */
  known(): Readonly<Record<string, KnownMode>> {
    this.everKnown = { ...this.everKnown, ...this.bank.known() }
    return this.everKnown
  }

  isSecondary(): Promise<boolean> {
    const { secondaryFile } = this.settings
    return secondaryFile === null ? Promise.resolve(true) : this.options.doors.disk.exists(secondaryFile)
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
    await Promise.all([this.bank.close(), ...this.checks.map(check => check.stop())])
  }

  private openBank(known: Readonly<Record<string, KnownMode>>): RelayBank {
    const { doors, line, post, changed } = this.options
    const { devices, relays: timing } = this.settings
    return new RelayBank({
      devices: devices ?? [],
      timing,
      clock: doors.clock,
      random: doors.random,
      open: device => doors.openDevice(device, timing.timeoutMs),
      known,
      line,
      changed,
      // Without bnfos.conf there is no relay, which is not the same as all relays being there.
      settled: (move, all) => devices && post({ kind: 'settled', move, all }),
    })
  }

  private async replaceBank(targetNow: () => Target | null): Promise<void> {
    await this.bank.close()
    this.bank = this.openBank(this.known())
    const target = targetNow()
    if (target) this.bank.hold(target.role, target.move)
  }

  private async replaceChecks({ checks }: Settings): Promise<readonly string[]> {
    const kept = this.checks.filter(running => checks.some(c => isDeepStrictEqual(c, running.settings)))
    const fresh = checks.filter(c => !kept.some(running => running.settings.name === c.name))
    await Promise.all(this.checks.filter(running => !kept.includes(running)).map(running => running.stop()))
    this.checks = [...kept, ...fresh.map(check => this.startCheck(check))]
    return fresh.map(check => check.name)
  }

  private startCheck(check: Settings['checks'][number]): RunningCheck {
    const { doors, post } = this.options
    return startCheck(check, doors, result => post({ kind: 'probed', check: check.name, result }))
  }

  private startCalendar(): void {
    const { failback, log } = this.settings
    const { post } = this.options
    const { clock } = this.options.doors
    this.calendar = [schedule(log.remind, clock, () => post({ kind: 'reminded' }))]
    if (failback.policy !== 'window') return
    const open = (forMs: number) => post({ kind: 'windowOpened', forMs })
    this.calendar.push(schedule(failback.window, clock, () => open(failback.windowLengthMs)))
    open(openForMs(failback.window, failback.windowLengthMs, clock.wall()))
  }

  private async watchSecondary(): Promise<void> {
    const { post } = this.options
    const { clock } = this.options.doors
    let known: boolean | null = null
    while (!this.ended.signal.aborted) {
      const present = await this.isSecondary()
      if (present !== known) post({ kind: 'secondaryChanged', present })
      known = present
      await clock.sleep(secondaryLookMs, this.ended.signal)
    }
  }
}
