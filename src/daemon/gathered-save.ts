import type { Clock, Timer } from '../system/clock.ts'

/** So long at most a save is put off: hundreds of relays move within moments, and each changes what is to be saved. */
const gatherMs = 4

/** Puts saves off by moments, so that many changes make one save. */
export class GatheredSave {
  private timer: Timer | null = null
  private waiting: (() => void)[] = []
  private thisTurn: Promise<void> | null = null

  constructor(
    private readonly clock: Clock,
    private readonly save: () => void,
  ) {}

  /** Something is to be saved that was not yet. */
  get isDue(): boolean {
    return this.timer !== null
  }

  /** Saves within moments. */
  soon(): void {
    this.timer ??= this.clock.after(gatherMs, () => this.now())
  }

  /** Saves what was put off, if anything was. */
  now(): void {
    if (this.timer === null) return
    this.save()
    this.noteSaved()
  }

  /** All was saved by somebody else: nothing is put off any more. */
  noteSaved(): void {
    this.timer?.cancel()
    this.timer = null
    for (const tell of this.waiting.splice(0)) tell()
  }

  /** Resolves once what was put off is saved by itself. */
  done(): Promise<void> {
    return this.timer === null ? Promise.resolve() : new Promise(resolve => this.waiting.push(resolve))
  }

  /** Saves once for all who call this in one go, and resolves then. */
  nowTogether(): Promise<void> {
    this.thisTurn ??= Promise.resolve().then(() => {
      this.thisTurn = null
      this.now()
    })
    return this.thisTurn
  }
}
