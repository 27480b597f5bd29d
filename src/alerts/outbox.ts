import type { Clock } from '../system/clock.ts'
import type { Message } from './message.ts'
import type { Sent } from './sending.ts'
import type { Way } from './ways.ts'

export interface OutboxOptions {
  readonly clock: Clock
  /** Whether nothing is more urgent now, such as relays that are being driven. */
  readonly isQuiet: () => boolean
  /** Why alerts are not delivered, a clause; null: they are. */
  readonly report: (problem: string | null) => void
  readonly log: (severity: 'warning' | 'info', text: string) => void
  /** A message was delivered, or a try failed. */
  readonly counted: (outcome: 'delivered' | 'failed' | 'lost') => void
  /** A message has left, or was given up. */
  readonly changed: () => void
}

/** Messages that wait for one way. More than this tell nothing new: the oldest is given up. */
const mostWaiting = 100
const firstPauseMs = 5000
const longestPauseMs = 300_000
/** What is refused so often would be refused for ever, and others wait behind it. */
const mostRefusals = 5
/** How long relays that are being driven are waited for, and how often they are looked at. */
const longestQuietMs = 10_000
const quietLookMs = 100

/** The queue of one way: one message after the other, each until it is delivered. Nothing ever waits for it. */
export class Outbox {
  private waiting: Message[] = []
  private isSending = false
  private lost = 0
  private problem: string | null = null
  private current = new AbortController()
  private closed = false

  constructor(
    private way: Way,
    private readonly options: OutboxOptions,
  ) {}

  /** Messages that are not delivered yet. */
  get undelivered(): readonly Message[] {
    return this.waiting
  }

  /** Another way in place of this one takes what waits; it is tried at once. */
  follow(way: Way): void {
    this.way = way
    this.current.abort()
  }

  push(message: Message): void {
    // What lasts is told by the message that still waits.
    if (message.event === 'repeated' && this.waiting.length > 0) return
    this.waiting.push(message)
    if (this.waiting.length > mostWaiting) this.giveUp(1)
    if (!this.isSending) void this.sendAll()
  }

  close(): void {
    this.closed = true
    this.current.abort()
    this.options.report(null)
  }

  /** Never rejects. */
  private async sendAll(): Promise<void> {
    this.isSending = true
    let pauseMs = firstPauseMs
    let refusals = 0
    for (let next = this.waiting[0]; next && !this.closed; next = this.waiting[0]) {
      const sent = await this.attempt(next)
      if (this.closed) break
      if (sent.ok) {
        this.delivered(next)
        pauseMs = firstPauseMs
        refusals = 0
        continue
      }
      this.failed(sent.why)
      refusals = sent.refused ? refusals + 1 : 0
      if (refusals >= mostRefusals) {
        this.giveUp(0)
        refusals = 0
      }
      const { signal } = this.current
      await this.options.clock.sleep(pauseMs, signal)
      pauseMs = signal.aborted ? firstPauseMs : Math.min(longestPauseMs, pauseMs * 2)
    }
    this.isSending = false
  }

  private async attempt(message: Message): Promise<Sent> {
    const { clock, isQuiet } = this.options
    const startedAt = clock.mono()
    while (!isQuiet() && clock.mono() - startedAt < longestQuietMs) await clock.sleep(quietLookMs)
    if (this.current.signal.aborted) this.current = new AbortController()
    try {
      return await this.way.send(message, this.current.signal)
    } catch (error) {
      return {
        ok: false,
        why: `internal error: ${error instanceof Error ? error.name : 'unknown'}`,
        refused: true,
      }
    }
  }

  private delivered(message: Message): void {
    this.waiting = this.waiting.filter(each => each !== message)
    this.options.counted('delivered')
    this.options.changed()
    if (this.problem === null) return
    const lost = this.lost === 0 ? '' : `, ${this.lost} were lost`
    this.options.log('info', `alert: ${this.way.title}: alerts are delivered again${lost}`)
    this.problem = null
    this.lost = 0
    this.options.report(null)
  }

  /** Said once, not at each try. */
  private failed(why: string): void {
    this.options.counted('failed')
    const problem = `${this.way.title}: ${why}`
    if (this.problem === null)
      this.options.log('warning', `alert: ${problem}; tried again, 'berofosd alert test' tries it now`)
    if (problem !== this.problem) this.options.report(problem)
    this.problem = problem
  }

  /** The first of those that wait may be on its way just now. */
  private giveUp(index: 0 | 1): void {
    this.waiting.splice(index, 1)
    this.lost += 1
    this.options.counted('lost')
    this.options.changed()
  }
}
