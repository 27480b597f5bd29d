import type { Device, DeviceReply, Reading } from '../berofos/device.ts'
import {
  failed,
  type Line,
  newRelay,
  type Outcome,
  type RelayState,
  reminderOf,
  type Step,
  seen,
  want,
  written,
} from '../core/convergence.ts'
import { retryDelayMs } from '../core/retry-delay.ts'
import { type Mode, modeFor, type Role, type Watchdog } from '../core/role.ts'
import type { DeviceSettings, RelaySettings } from '../core/settings.ts'
import type { Clock } from '../system/clock.ts'
import { bootWarnings } from './boot-warnings.ts'

/** What a relay remembers over a restart. */
export interface KnownMode {
  readonly mode: Mode
  /** Sent and not yet seen when the last run ended. */
  readonly sent: Mode | null
}

export interface RelayOptions {
  /** 0 ≤ n < 1, to spread retries. */
  readonly random: () => number
  /** Lines for the log, in the order in which they happened. */
  readonly line: (line: Line, name: string) => void
  /** The reading of this number ended; whether anything came back. */
  readonly heard: (name: string, reading: number, answered: boolean) => void
  /** A mode is about to be sent, unless the order changes meanwhile. */
  readonly sending: () => void
  /** Confirmed, or a try failed: the present order has had its first outcome. */
  readonly outcome: (name: string) => void
  /** Something that `known` remembers has changed. */
  readonly changed: () => void
  /** Waits, not for long, until what `known` remembers is kept: a mode is sent only then. */
  readonly kept: () => Promise<unknown>
}

/** A page that is odd in another way at each reading is warned of so often and no more. */
const pageWarningMs = 600_000

/** One relay's endless loop: read, put right, read back, pause. It depends on no other relay. */
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
  private writing: AbortController | null = null
  private warnedOfBoot = ''
  private warnedOfPage: { readonly text: string; readonly at: number } | null = null
  private loop: Promise<void> = Promise.resolve()

  constructor(
    readonly settings: DeviceSettings,
    private readonly timing: RelaySettings,
    private readonly device: Device,
    private readonly clock: Clock,
    private readonly options: RelayOptions,
    known: KnownMode | null,
  ) {
    this.state = newRelay(settings.name, known)
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

  /** Reads now, and counts as asked anew. */
  audit(): void {
    this.asked += 1
    this.wake()
  }

  /** Whether a question that was put after the latest order or audit has had an outcome. */
  get hasOutcome(): boolean {
    return this.answered === this.asked
  }

  /** Role null: only watch. `owed`: the relay is expected to differ. */
  order(role: Role | null, owed: boolean): void {
    const wanted = role && modeFor(role, this.settings.invert)
    this.asked += 1
    this.state = want(this.state, wanted, owed, this.clock.mono())
    // A write on its way belongs to the order before: it must not arrive after this one.
    this.writing?.abort()
    this.wake()
  }

  remind(): void {
    const line = reminderOf(this.state)
    if (line) this.options.line(line, this.state.name)
  }

  async close(): Promise<void> {
    this.ended.abort()
    this.writing?.abort()
    this.wake()
    this.device.close()
    await this.loop
  }

  /** Settings of the device, as last read, that high availability does not want, a sentence each. */
  get warnings(): readonly string[] {
    return this.warnedOfBoot === '' ? [] : this.warnedOfBoot.split('\n')
  }

  private async run(): Promise<void> {
    let step: Step = { kind: 'read', afterMs: 0 }
    while (!this.ended.signal.aborted) step = await this.take(step)
  }

  private take(step: Step): Promise<Step> {
    switch (step.kind) {
      case 'read':
        return this.read(step.afterMs)
      case 'write':
        return this.write(step.keyword, step.mode)
      case 'rest':
        return this.pause(this.timing.auditIntervalMs)
      case 'retry':
        return this.pause(this.retryMs())
    }
  }

  private async read(afterMs: number): Promise<Step> {
    if (afterMs > 0) await this.clock.sleep(afterMs, this.ended.signal)
    this.nudge = new AbortController()
    this.readFor = this.asked
    this.readings += 1
    const reply = await this.device.read(this.ended.signal)
    if (this.ended.signal.aborted) return { kind: 'rest' }
    this.options.heard(this.settings.name, this.readings, reply.ok || reply.error.answered)
    return this.apply(this.judge(reply))
  }

  private judge(reply: DeviceReply<Reading>): Outcome {
    if (!reply.ok) return failed(this.state, reply.error)
    const { mode, wdog, wdogstate } = reply.value.values
    const read = modeOf(mode)
    if (read === null) return failed(this.state, { code: 'garbage', text: 'its config.txt shows no mode' })
    this.warn(reply.value)
    return seen(this.state, this.moment(), { mode: read, wdog: watchdogOf(wdog, wdogstate) })
  }

  private async write(keyword: 'mode' | 'wdog', mode: Mode): Promise<Step> {
    if (keyword === 'mode') this.options.sending()
    // Should this process be killed, the next one knows whose doing the change was.
    if (keyword === 'mode') await this.options.kept()
    if (this.ended.signal.aborted) return { kind: 'rest' }
    const { wanted } = this.state
    // The order may have changed since this step was planned.
    if (wanted === null || (keyword === 'mode' && mode !== wanted)) return { kind: 'read', afterMs: 0 }
    this.writing = new AbortController()
    const reply = await this.device.write(keyword, String(mode), this.writing.signal)
    this.writing = null
    // A write cut off by a new order may have arrived: reading tells.
    if (reply.ok || reply.error.code === 'aborted') return this.apply(written(this.state))
    return this.apply(failed(this.state, reply.error))
  }

  private apply({ relay, lines, next }: Outcome): Step {
    const changed = relay.actual !== this.state.actual || relay.sent !== this.state.sent
    this.state = relay
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
    return { kind: 'read', afterMs: 0 }
  }

  private retryMs(): number {
    const { retryMs, retryMaxMs } = this.timing
    return retryDelayMs(this.state.failures, retryMs, retryMaxMs, this.options.random())
  }

  /** Of settings that HA does not want once for each set of them, of an odd page not with each reading. */
  private warn({ values, warning }: Reading): void {
    const boot = bootWarnings(values, this.settings.invert)
    const news = boot.join('\n') === this.warnedOfBoot ? [] : boot
    this.warnedOfBoot = boot.join('\n')
    const { warnedOfPage: last } = this
    const now = this.clock.mono()
    const isNew = warning !== last?.text && (last === null || now - last.at >= pageWarningMs)
    const odd = warning !== null && isNew ? [warning] : []
    if (isNew && warning !== null) this.warnedOfPage = { text: warning, at: now }
    for (const text of [...news, ...odd])
      this.options.line({ severity: 'warning', text: `${this.state.name}: ${text}` }, this.state.name)
  }

  private moment() {
    return { mono: this.clock.mono(), wall: this.clock.wall() }
  }
}

/** A trip shows in the state, in the switch, or in both: firmwares differ. */
function watchdogOf(wdog: string | undefined, state: string | undefined): Watchdog | null {
  if (wdog === '0') return 0
  if (wdog === '2' || (wdog === '1' && state === '2')) return 2
  return wdog === '1' ? 1 : null
}

function modeOf(value: string | undefined): Mode | null {
  return value === '1' ? 1 : value === '0' ? 0 : null
}
