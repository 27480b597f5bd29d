import type { Clock, Timer } from '../system/clock.ts'

/** So often at most is the question put again while nothing is decided. */
const mostRounds = 8

interface Answer {
  readonly by: string
  readonly atMs: number
}

/**
 * Asks relays and witnesses whether they answer before it matters: from the last failure but one on, and again each half
 * of the time for which an answer counts, so that there is a fresh one when the master is found down.
 */
export class AskAhead {
  private freshMs: number | null = null
  private answer: Answer | null = null
  private timer: Timer | null = null

  constructor(
    private readonly clock: Clock,
    /** Resolves with the first that answers, or null; never rejects. */
    private readonly ask: () => Promise<string | null>,
  ) {}

  /** For how long an answer counts; null: there is nothing to ask for. To be called after each decision. */
  follow(freshMs: number | null): void {
    if (freshMs === this.freshMs) return
    this.timer?.cancel()
    this.timer = null
    this.freshMs = freshMs
    this.answer = null
    if (freshMs !== null) void this.put(freshMs, 1)
  }

  /** Who has answered within the time; null: nobody has. */
  fresh(): string | null {
    const { answer, freshMs } = this
    return answer !== null && freshMs !== null && this.clock.mono() - answer.atMs <= freshMs
      ? answer.by
      : null
  }

  private async put(freshMs: number, round: number): Promise<void> {
    const current = this.freshMs
    if (round < mostRounds)
      this.timer = this.clock.after(freshMs / 2, () => void this.put(freshMs, round + 1))
    const by = await this.ask()
    if (by !== null && this.freshMs === current) this.answer = { by, atMs: this.clock.mono() }
  }
}
