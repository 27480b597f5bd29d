import type { Effect } from '../core/effects.ts'
import type { Event } from '../core/events.ts'
import { decide } from '../core/role-machine.ts'
import type { Settings } from '../core/settings.ts'
import { initialState, type State } from '../core/state.ts'
import type { Clock, Timer } from '../system/clock.ts'

/** One queue: event → decide → run effects. The only place where the state changes. */
export class EventLoop {
  state: State = initialState
  private readonly queue: Event[] = []
  private draining = false
  private wakeTimer: Timer | null = null
  private listeners: (() => void)[] = []
  private closed = false
  /** Why the latest decision did not come to its end; null: it did. */
  problem: string | null = null

  constructor(
    public settings: Settings,
    private readonly clock: Clock,
    private readonly run: (effect: Effect) => void,
    /** A bug of ours: said, survived. */
    private readonly complain: (error: unknown) => void,
  ) {}

  get isSound(): boolean {
    return this.problem === null
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
    for (const tell of [...this.listeners]) tell()
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
    try {
      const now = { mono: this.clock.mono(), wall: this.clock.wall() }
      const { state, effects, wakeAt } = decide(this.settings, this.state, event, now)
      this.state = state
      for (const effect of effects) this.attempt(effect)
      this.wakeTimer?.cancel()
      this.wakeTimer =
        wakeAt === null ? null : this.clock.after(wakeAt - now.mono, () => this.post({ kind: 'woken' }))
      this.problem = null
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error)
      this.complain(error)
    }
  }

  /** One effect that fails must not keep the others from running. */
  private attempt(effect: Effect): void {
    try {
      this.run(effect)
    } catch (error) {
      this.complain(error)
    }
  }
}
