import type { Clock, Timer } from '../system/clock.ts'

/** So often at most is the question put again while nothing is decided. */
const mostRounds = 16
/** One answer is enough, and devices that are being read are slower to be told. */
const mostAskedAhead = 4

export interface Answering {
  /** A relay or witness; null: none answers. */
  readonly by: string | null
  /** For how long nobody had answered, of all that is asked for one decision, ms. */
  readonly silentMs: number
}

/**
 * Asks relays and witnesses whether they answer before it matters: from the last failure but one on, and again each half
 * of the time for which an answer counts, so that there is a fresh one when the master is found down.
 */
export class AskAhead {
  private freshMs: number | null = null
  private answer: { readonly by: string; readonly atMs: number } | null = null
  private timer: Timer | null = null
  /** When the first question was put that nobody has answered, nor one after it; null: there is none. */
  private openSinceMs: number | null = null
  private longestSilenceMs = 0

  constructor(
    private readonly clock: Clock,
    /** Asks the witnesses and so many relays, all by default. Each resolves with one that answers, or null. */
    private readonly ask: (mostRelays?: number) => readonly Promise<string | null>[],
  ) {}

  /** For how long an answer counts; null: there is nothing to ask for. To be called after each decision. */
  follow(freshMs: number | null): void {
    if (freshMs === this.freshMs) return
    this.timer?.cancel()
    this.timer = null
    this.freshMs = freshMs
    this.answer = null
    this.openSinceMs = null
    this.longestSilenceMs = 0
    if (freshMs !== null) this.put(freshMs, 1)
  }

  /** Tells who answers: at once where somebody has within the time that counts. */
  tell(told: (answering: Answering) => void): void {
    const { answer, freshMs, clock } = this
    const [before, since] = [this.longestSilenceMs, this.openSinceMs ?? clock.mono()]
    const say = (by: string | null) => told({ by, silentMs: Math.max(before, clock.mono() - since) })
    if (answer !== null && freshMs !== null && clock.mono() - answer.atMs <= freshMs) say(answer.by)
    else firstAnswer(this.ask(), say)
  }

  private put(freshMs: number, round: number): void {
    const occasion = this.freshMs
    if (round < mostRounds) this.timer = this.clock.after(freshMs / 2, () => this.put(freshMs, round + 1))
    this.openSinceMs ??= this.clock.mono()
    firstAnswer(this.ask(mostAskedAhead), by => {
      if (by === null || this.freshMs !== occasion) return
      const atMs = this.clock.mono()
      this.longestSilenceMs = Math.max(this.longestSilenceMs, atMs - (this.openSinceMs ?? atMs))
      this.openSinceMs = null
      this.answer = { by, atMs }
    })
  }
}

/** Tells the first answer at once, or null after the last silence. One that rejects is silent. */
function firstAnswer(asked: readonly Promise<string | null>[], tell: (by: string | null) => void): void {
  let open = asked.length
  let told = false
  for (const question of asked)
    void question
      .catch(() => null)
      .then(by => {
        open -= 1
        if (told || (by === null && open > 0)) return
        told = true
        tell(by)
      })
}
