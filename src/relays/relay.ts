import { isDeepStrictEqual } from 'node:util'
import type { Device, DeviceReply, Reading } from '../berofos/device.ts'
import {
  begin,
  cutOff,
  failed,
  mustTell,
  type Outcome,
  repairNow,
  type Step,
  seen,
  want,
  written,
} from '../core/convergence.ts'
import { newRelay, type RelayState, reminderOf } from '../core/relay-state.ts'
import { retryDelayMs } from '../core/retry-delay.ts'
import { type Mode, modeFor, type Role } from '../core/role.ts'
import type { DeviceSettings, RelaySettings } from '../core/settings.ts'
import type { Clock } from '../system/clock.ts'
import { modeOf, PageWarnings, watchdogOf } from './reading.ts'
import type { KnownMode, RelayOptions } from './relay-options.ts'

/** One relay's endless loop: tell or read, put right, read back, pause. It depends on no other relay. */
export class Relay {
  state: RelayState
  /** Orders and audits so far, and the latest that a reading or a failed try has answered. */
  private asked = 0
  private answered = -1
  private readFor = 0
  /** Readings begun so far. */
  readings = 0
  private readonly ended = new AbortController()
  private nudge = new AbortController()
  /** The request on its way, and the mode that it carries; null: another parameter. */
  private writing: { readonly stop: AbortController; readonly mode: Mode | null } | null = null
  private reading: AbortController | null = null
  private pageWarnings: PageWarnings
  private device: Device
  private role: Role | null = null
  /** Which other device answers in its place, goes on after its name; null: none that is known. */
  stranger: string | null = null
  private loop: Promise<void> = Promise.resolve()

  constructor(
    public settings: DeviceSettings,
    private readonly timing: RelaySettings,
    private readonly clock: Clock,
    private readonly options: RelayOptions,
    known: KnownMode | null,
  ) {
    this.state = newRelay(settings.name, known)
    this.device = options.open(settings)
    this.pageWarnings = new PageWarnings(settings.invert, clock)
  }

  /** Begins to read once `after` is over. */
  start(after: Promise<unknown>): void {
    const run = () => this.run()
    this.loop = after.then(run, run)
  }

  /** Reads now instead of at the next audit or retry. */
  wake(): void {
    this.nudge.abort()
  }

  /** Reads now, puts right without any delay, and counts as asked anew. */
  audit(): void {
    this.asked += 1
    this.state = repairNow(this.state)
    this.wake()
  }

  /** Whether a question that was put after the latest order or audit has had an outcome. */
  get hasOutcome(): boolean {
    return this.answered === this.asked
  }

  /** Role null: only watch. `owed`: the relay is expected to differ. */
  order(role: Role | null, owed: boolean): void {
    const wanted = role && modeFor(role, this.settings.invert)
    this.role = role
    this.asked += 1
    this.state = want(this.state, wanted, owed, this.clock.mono())
    // A write on its way that belongs to the order before must not arrive after this one.
    if (wanted === null || this.writing?.mode !== wanted) this.writing?.stop.abort()
    // An order that is told waits for no reading.
    if (mustTell(this.state)) this.reading?.abort()
    this.wake()
  }

  /** Drives it by other settings from now on: another device answers there than was thought. */
  drivenBy(settings: DeviceSettings): void {
    if (isDeepStrictEqual(settings, this.settings)) return
    const before = this.device
    this.settings = settings
    this.device = this.options.open(settings)
    this.pageWarnings = new PageWarnings(settings.invert, this.clock)
    before.close()
    this.order(this.role, this.state.owed !== null)
  }

  remind(): void {
    const { name } = this.settings
    const line = reminderOf(this.state)
    if (line) this.options.line(line, name)
    if (this.stranger !== null)
      this.options.line({ severity: 'error', text: `${name}: ${this.stranger}` }, name)
  }

  async close(): Promise<void> {
    this.ended.abort()
    this.writing?.stop.abort()
    this.reading?.abort()
    this.wake()
    this.device.close()
    await this.loop
  }

  /** Settings of the device, as last read, that high availability does not want, a sentence each. */
  get warnings(): readonly string[] {
    return this.pageWarnings.boot
  }

  private async run(): Promise<void> {
    let step = this.begin()
    while (!this.ended.signal.aborted) step = await this.take(step)
  }

  /** A try begins, for the orders and audits so far. */
  private begin(): Step {
    if (this.ended.signal.aborted) return { kind: 'rest' }
    this.nudge = new AbortController()
    this.readFor = this.asked
    return this.apply(begin(this.state, this.clock.mono()))
  }

  private take(step: Step): Promise<Step> {
    switch (step.kind) {
      case 'read':
        return this.read(step.afterMs)
      case 'write':
        return step.keyword === 'mode' ? this.writeMode(step.mode) : this.writeWatchdog(step.mode)
      case 'rest':
        return this.pause(Math.min(this.timing.auditIntervalMs, step.atMostMs ?? Number.POSITIVE_INFINITY))
      case 'retry':
        return this.pause(this.retryMs())
    }
  }

  private async read(afterMs: number): Promise<Step> {
    const reading = new AbortController()
    this.reading = reading
    if (afterMs > 0) await this.clock.sleep(afterMs, reading.signal)
    if (reading.signal.aborted) return this.begin()
    this.nudge = new AbortController()
    this.readFor = this.asked
    this.readings += 1
    const { name } = this.settings
    const number = this.readings
    const reply = await this.device.read(reading.signal, () => this.options.heard(name, number, true))
    if (this.ended.signal.aborted) return { kind: 'rest' }
    this.options.heard(name, number, reply.ok || reply.error.answered)
    // An order has come that does not wait for it.
    if (!reply.ok && (reading.signal.aborted || reply.error.code === 'aborted')) return this.begin()
    return this.apply(this.judge(reply))
  }

  private judge(reply: DeviceReply<Reading>): Outcome {
    if (!reply.ok) return failed(this.state, reply.error)
    const { mode, wdog, wdogstate } = reply.value.values
    const read = modeOf(mode)
    if (read === null) return failed(this.state, { code: 'garbage', text: 'its config.txt shows no mode' })
    for (const text of this.pageWarnings.news(reply.value))
      this.options.line({ severity: 'warning', text: `${this.state.name}: ${text}` }, this.state.name)
    return seen(this.state, this.moment(), { mode: read, wdog: watchdogOf(wdog, wdogstate) })
  }

  private async writeMode(mode: Mode): Promise<Step> {
    // Should this process be killed, the next one knows whose doing the change was.
    await this.options.kept()
    if (this.ended.signal.aborted) return { kind: 'rest' }
    if (this.state.wanted !== mode) return this.letGo(false)
    const { reply, sent } = await this.send('mode', mode, () => this.options.told())
    // Another order has come: what became of this write, only reading tells.
    if (this.state.wanted !== mode || (!reply.ok && reply.error.code === 'aborted')) return this.letGo(sent)
    return this.apply(written(this.state, { sent, error: reply.ok ? null : reply.error }))
  }

  private letGo(sent: boolean): Step {
    this.state = cutOff(this.state, sent)
    this.options.changed()
    return this.begin()
  }

  private async writeWatchdog(mode: Mode): Promise<Step> {
    if (this.state.wanted === null) return this.begin()
    const { reply } = await this.send('wdog', mode, () => {})
    if (reply.ok || reply.error.code === 'aborted') return this.begin()
    return this.apply(failed(this.state, reply.error))
  }

  /** `sent`: the whole request has left. */
  private async send(keyword: 'mode' | 'wdog', mode: Mode, told: () => void) {
    const stop = new AbortController()
    this.writing = { stop, mode: keyword === 'mode' ? mode : null }
    let sent = false
    const reply = await this.device.write(keyword, String(mode), stop.signal, () => {
      sent = true
      told()
    })
    this.writing = null
    return { reply, sent: sent || reply.ok || reply.error.sent === true }
  }

  private apply({ relay, lines, next }: Outcome): Step {
    const { actual, sent, strayed } = this.state
    const changed = relay.actual !== actual || relay.sent !== sent || relay.strayed !== strayed
    const recovered = this.state.error !== null && relay.error === null
    this.state = relay
    if (recovered) this.options.recovered(this.settings.name)
    if (changed) this.options.changed()
    for (const line of lines) this.options.line(line, relay.name)
    if (next.kind === 'rest' || next.kind === 'retry') {
      this.answered = this.readFor
      this.options.outcome(this.settings.name)
    }
    return next
  }

  private async pause(ms: number): Promise<Step> {
    if (!this.ended.signal.aborted) await this.clock.sleep(ms, this.nudge.signal)
    return this.begin()
  }

  private retryMs(): number {
    const { retryMs, retryMaxMs } = this.timing
    return retryDelayMs(this.state.failures, retryMs, retryMaxMs, this.options.random())
  }

  private moment() {
    return { mono: this.clock.mono(), wall: this.clock.wall() }
  }
}
