import { isDeepStrictEqual } from 'node:util'
import type { Device } from '../berofos/device.ts'
import { begin, cutOff, mustTell, repairNow, want, written } from '../core/relay/convergence.ts'
import { failed, type Outcome, type RelayStep, retryDelayMs } from '../core/relay/relay-outcome.ts'
import {
  type KnownMode,
  newRelay,
  type RelayState,
  remindersOf,
  withSent,
} from '../core/relay/relay-state.ts'
import { armed, armingStep, isReturning } from '../core/relay/watchdog.ts'
import { type Mode, modeFor, type Role } from '../core/role.ts'
import type { DeviceSettings, RelaySettings } from '../core/settings.ts'
import { stopReason } from '../net/deadline.ts'
import type { Clock } from '../system/clock.ts'
import { type RelayOptions, tellOutcome } from './options.ts'
import { judgeReading, PageWarnings } from './reading.ts'
import type { WatchdogKicker } from './watchdog-kicker.ts'
import { Writing } from './writing.ts'

/** So long the way back to the server waits for the echo of its kick. */
const echoMs = 1000

/** One relay's endless loop: write or read, correct, read back, pause. It depends on no other relay. */
export class Relay {
  state: RelayState
  /** Orders and wishes for a reading are numbered questions: the latest put, answered, and put when this try began. */
  private lastQuestion = 0
  private answeredQuestion = -1
  private triedQuestion = 0
  readingsBegun = 0
  private readonly ended = new AbortController()
  private nudge = new AbortController()
  private readonly writing = new Writing()
  /** Ends the reading under way; null: there was none yet. */
  private stopReading: AbortController | null = null
  private pageWarnings: PageWarnings
  private device: Device
  private role: Role | null = null
  /** A clause that follows its name in a line: which other device answers in its place; null: none that is known. */
  stranger: string | null = null
  readonly kicker: WatchdogKicker | null
  private loop: Promise<void> = Promise.resolve()

  constructor(
    public settings: DeviceSettings,
    private readonly timing: RelaySettings,
    private readonly clock: Clock,
    private readonly options: RelayOptions,
    known: KnownMode | null,
  ) {
    const place = () => this.settings
    this.kicker = options.kicker?.({ place, look: () => this.wake() }) ?? null
    this.state = newRelay(settings.name, known, this.kicker !== null)
    this.device = options.open(settings)
    this.pageWarnings = new PageWarnings(this.options.wants(this.settings), this.clock)
  }

  /** Begins to read once `after` is over, which may know better what was sent before. */
  start(after: Promise<Readonly<Record<string, KnownMode>>>): void {
    this.loop = after.then(known => this.run(known[this.settings.name] ?? null))
  }

  /** Reads now instead of at the next audit or retry. */
  wake(): void {
    this.nudge.abort(stopReason)
  }

  /** An operator asks: reads now, and corrects without any delay. */
  readNow(): void {
    this.lastQuestion += 1
    this.state = repairNow(this.state)
    this.wake()
  }

  /** Whether the latest order or wish for a reading has had an outcome. */
  get hasOutcome(): boolean {
    return this.answeredQuestion === this.lastQuestion
  }

  /** role null: only observe. `isMove`: a move orders it, so a difference is expected. */
  order(role: Role | null, isMove: boolean): void {
    const wanted = role && modeFor(role, this.settings.invert)
    this.role = role
    this.lastQuestion += 1
    this.state = want(this.state, wanted, isMove, this.clock.mono())
    // A write on its way that belongs to the order before must not arrive after this one.
    this.writing.stopUnless(wanted)
    // An order that is told waits for no reading.
    if (mustTell(this.state)) this.stopReading?.abort(stopReason)
    this.wake()
  }

  /** Drives it by other settings from now on: another device answers there than was thought. */
  driveAs(settings: DeviceSettings): void {
    if (isDeepStrictEqual(settings, this.settings)) return
    const before = this.device
    this.settings = settings
    this.device = this.options.open(settings)
    this.pageWarnings = new PageWarnings(this.options.wants(this.settings), this.clock)
    before.close()
    this.order(this.role, this.state.pendingSwitch !== null)
  }

  remind(): void {
    for (const line of remindersOf(this.state, this.stranger)) this.options.line(line, this.state.name)
  }

  async close(): Promise<void> {
    this.ended.abort()
    this.writing.stopUnless(null)
    this.stopReading?.abort(stopReason)
    this.wake()
    this.device.close()
    await Promise.all([this.loop, this.kicker?.close()])
  }

  /** Settings of the device, as last read, that high availability does not want, a sentence each. */
  get warnings(): readonly string[] {
    return this.pageWarnings.boot
  }

  /** For how long it was kicked without an echo, in ms; null: it echoes, or is not kicked. */
  get unechoedMs(): number | null {
    return this.kicker?.silentMs ?? null
  }

  private async run(known: KnownMode | null): Promise<void> {
    this.state = withSent(this.state, known)
    this.kicker?.start()
    let step = this.begin()
    while (!this.ended.signal.aborted) step = await this.take(step)
  }

  private begin(): RelayStep {
    if (this.ended.signal.aborted) return { kind: 'rest' }
    this.noteTry()
    return this.apply(begin(this.state, this.clock.mono()))
  }

  /** A try begins, for all questions until now. */
  private noteTry(): void {
    if (this.nudge.signal.aborted) this.nudge = new AbortController()
    this.triedQuestion = this.lastQuestion
  }

  private take(step: RelayStep): Promise<RelayStep> {
    switch (step.kind) {
      case 'read':
        return this.read(step.afterMs)
      case 'write':
        return step.keyword === 'mode'
          ? this.writeMode(step.mode)
          : this.writeWatchdog(step.keyword, step.mode)
      case 'kick':
        return this.kick()
      case 'rest':
        return this.pause(Math.min(this.timing.auditIntervalMs, step.atMostMs ?? Number.POSITIVE_INFINITY))
      case 'retry':
        return this.pause(this.retryMs())
    }
  }

  private async read(afterMs: number): Promise<RelayStep> {
    const stop = new AbortController()
    this.stopReading = stop
    if (afterMs > 0) await this.clock.sleep(afterMs, stop.signal)
    if (stop.signal.aborted) return this.begin()
    this.noteTry()
    const number = ++this.readingsBegun
    const { name } = this.settings
    const begunAt = this.clock.mono()
    const reply = await this.device.read(stop.signal, () => this.options.heard(name, number, true))
    this.stopReading = null
    if (this.ended.signal.aborted) return { kind: 'rest' }
    this.options.heard(name, number, reply.ok || reply.error.answered)
    // An order has come that does not wait for it.
    if (!reply.ok && (stop.signal.aborted || reply.error.code === 'aborted')) return this.begin()
    const outcome = judgeReading(reply, this.state, {
      ...{ now: { mono: this.clock.mono(), wall: this.clock.wall() }, begunAt },
      kicker: this.kicker,
      pageWarnings: this.pageWarnings,
      line: this.options.line,
    })
    this.kicker?.noteReading(reply.ok ? (outcome.tripped ? 'a trip' : 'no trip') : 'nothing')
    return this.apply(outcome)
  }

  private async writeMode(mode: Mode): Promise<RelayStep> {
    // Should this process be killed, the next one knows whose doing the change was.
    await this.options.saved()
    if (this.ended.signal.aborted || this.state.wanted !== mode) return this.overtaken(false)
    const { reply, sent } = await this.writing.send(this.device, 'mode', mode, () => this.options.told())
    // Another order has come: what became of this write, only reading tells.
    if (this.state.wanted !== mode || (!reply.ok && reply.error.code === 'aborted'))
      return this.overtaken(sent)
    return this.apply(written(this.state, { sent, error: reply.ok ? null : reply.error }))
  }

  private overtaken(sent: boolean): RelayStep {
    this.state = cutOff(this.state, sent)
    this.options.changed()
    return this.begin()
  }

  /** The way back to the server begins with a kick; only a reading tells what it was good for. */
  private async kick(): Promise<RelayStep> {
    // Another order, as when the server dies meanwhile, waits for no echo.
    await Promise.race([this.kicker?.kickNow(), this.clock.sleep(echoMs, this.nudge.signal)])
    if (armingStep(this.state)?.kind === 'kick') this.state = armed(this.state)
    return this.begin()
  }

  private async writeWatchdog(keyword: 'wdog' | 'wdogstate', mode: Mode): Promise<RelayStep> {
    const { wanted, arming } = this.state
    if (wanted === null) return this.begin()
    const isArming = isReturning(this.state)
    const { reply } = await this.writing.send(this.device, keyword, mode, () => {})
    // An order has come, which waits for no reading.
    if (this.state.arming !== arming) return this.begin()
    if (isArming) this.state = armed(this.state)
    else if (!reply.ok && reply.error.code !== 'aborted') return this.apply(failed(this.state, reply.error))
    // On its way back it is read in between, unless it could not be read just now.
    return isArming && arming !== 'on' ? { kind: 'read', afterMs: 0 } : this.begin()
  }

  private apply(outcome: Outcome): RelayStep {
    const before = this.state
    this.state = outcome.relay
    tellOutcome(before, outcome, this.options)
    const { next } = outcome
    if (next.kind === 'rest' || next.kind === 'retry') {
      this.answeredQuestion = this.triedQuestion
      this.options.outcome(this.settings.name)
    }
    return next
  }

  private async pause(ms: number): Promise<RelayStep> {
    if (!this.ended.signal.aborted) await this.clock.sleep(ms, this.nudge.signal)
    return this.begin()
  }

  private retryMs(): number {
    const { retryMs, retryMaxMs } = this.timing
    return retryDelayMs(this.state.failures, retryMs, retryMaxMs, this.options.random())
  }
}
