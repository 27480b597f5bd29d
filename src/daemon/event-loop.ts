import { decide } from '../core/decide.ts'
import type { Effect } from '../core/effects.ts'
import type { Event } from '../core/events.ts'
import { type Note, notesOf } from '../core/notes.ts'
import type { Settings } from '../core/settings.ts'
import { initialState, type State } from '../core/state.ts'
import { traceText } from '../core/trace.ts'
import type { Clock, Timer } from '../system/clock.ts'
import { rememberedNextDate } from './calendar.ts'

/** One queue: event → decide → run effects. The only place where the state changes. */
export class EventLoop {
  state: State = initialState
  private readonly queue: Event[] = []
  private draining = false
  private wakeTimer: Timer | null = null
  private listeners: (() => void)[] = []
  private closed = false
  private readonly nextOpening = rememberedNextDate()
  /** Whether the latest decision came to its end. */
  isSound = true
  /** Checks of which a result could not be decided, and none since. */
  private readonly undecided = new Set<string>()
  /** The first decision or effect that failed, in words, until this process ends; null: none did. */
  problem: string | null = null

  constructor(
    private present: Settings,
    private readonly clock: Clock,
    private readonly run: (effect: Effect) => void,
    /** A bug of ours: said, survived. */
    private readonly complain: (error: unknown) => void,
    /** One line for each decision, at `[log] level = debug`. */
    private readonly trace: (text: string) => void = () => {},
    /** Of each decision, what is worth remembering although nothing was decided. */
    private readonly note: (note: Note) => void = () => {},
  ) {}

  /**
   * Whether the latest decision came to its end, and so did the latest on each check: others that succeed meanwhile say
   * nothing of a check whose results are lost.
   */
  get decidesAll(): boolean {
    return this.isSound && this.undecided.size === 0
  }

  /** Those that apply now: a `reloaded` event brings others. */
  get settings(): Settings {
    return this.present
  }

  /** When the failback window opens next, where people want to know of it: wall clock milliseconds. */
  get windowOpensWall(): number | null {
    const { policy, window } = this.settings.failback
    const isAwaited = policy === 'window' && this.state.role === 'slave'
    return isAwaited ? this.nextOpening(window, this.clock.wall()) : null
  }

  post(event: Event): void {
    if (this.closed) return
    this.queue.push(event)
    if (this.draining) return
    this.draining = true
    try {
      for (let next = this.queue.shift(); next; next = this.queue.shift()) this.handle(next)
    } finally {
      this.draining = false
    }
    for (const tell of [...this.listeners]) this.attempt(tell)
  }

  /** Calls back after every decision; returns the way to stop that. */
  onDecision(tell: () => void): () => void {
    this.listeners.push(tell)
    return () => {
      this.listeners = this.listeners.filter(l => l !== tell)
    }
  }

  close(): void {
    this.closed = true
    this.wakeTimer?.cancel()
    this.wakeTimer = null
  }

  private handle(event: Event): void {
    const before = this.state
    let check: string | null = null
    try {
      if (event.kind === 'probed') check = event.check
      if (event.kind === 'reloaded') this.present = event.settings
      const now = { mono: this.clock.mono(), wall: this.clock.wall() }
      const { windowOpensWall } = this
      const decision = decide(this.settings, before, event, now, windowOpensWall)
      this.isSound = true
      if (check !== null) this.undecided.delete(check)
      if (event.kind === 'reloaded') this.undecided.clear()
      this.state = decision.state
      this.wakeAt(decision.wakeAt, now.mono)
      if (this.settings.log.level === 'debug')
        this.attempt(() => this.trace(traceText(before, event, decision)))
      for (const effect of decision.effects) this.attempt(() => this.run(effect))
      this.attempt(() => {
        const step = { settings: this.settings, before, event, after: decision.state, now, windowOpensWall }
        for (const note of notesOf(step)) this.note(note)
      })
    } catch (error) {
      this.isSound = false
      this.fail(error)
      if (check !== null) this.undecided.add(check)
    }
  }

  private wakeAt(at: number | null, mono: number): void {
    this.wakeTimer?.cancel()
    this.wakeTimer = at === null ? null : this.clock.after(at - mono, () => this.post({ kind: 'woken' }))
  }

  /** What fails must not keep what comes after it from being done. */
  private attempt(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.fail(error)
    }
  }

  private fail(error: unknown): void {
    this.problem ??= error instanceof Error ? error.message : String(error)
    this.complain(error)
  }
}
