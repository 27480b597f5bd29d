import type { Clock, Timer } from './clock.ts'
import { LineRing, type RingEntry } from './line-ring.ts'

/** `sent`: gone, as far as is known. EAGAIN: the receiver is there but full. Anything else: it is away. */
export type Sent = 'sent' | 'EAGAIN' | (string & {})

interface SenderOptions<T> {
  readonly clock: Clock
  readonly capacity: number
  /** Tries at once, never blocks, never throws. */
  readonly send: (item: T) => Sent
  /** For so long `refused` may still tell that an item which was sent has not arrived; 0: it never does. Default: 0. */
  readonly proofMs?: () => number
  /** The graver, the longer an item is kept when there is no room for all; by default all are alike. */
  readonly gravityOf?: (item: T) => number
  /** Hears how many items are lost and not yet announced; 0: they were. */
  readonly lossChanged?: (count: number) => void
  /** Hears why the receiver takes nothing; null: it does again. */
  readonly awayChanged?: (why: Sent | null) => void
  /** For so long it may take nothing before `awayChanged` hears of it; by default not a moment. */
  readonly patienceMs?: (why: Sent, everSent: boolean) => number
  /** What to send first after `count` items were lost; null: nothing. */
  readonly announceLoss: (count: number) => T | null
  /**
   * Takes the items, once and for good, while nothing has arrived since the start (or since `startOver`).
   * Without it they wait.
   */
  readonly divert?: (item: T) => void
}

/** libraries.md's measure: a stalled reader is asked again soon, a missing one each second. */
const retryWhenFullMs = 20
const retryWhenAwayMs = 1000

/** An item that was sent so lately that its refusal may be on its way is pending, unless others have arrived before. */
const freshMs = 200

/** Older than all that is in the ring: said before them, and again before them. */
const announcementAt = -1

interface Unproven<T> extends RingEntry<T> {
  readonly sentAt: number
}

/** Sends items in order, each once; keeps a bounded number of them while the receiver is away or stalled. */
export class LineSender<T> {
  readonly #options: SenderOptions<T>
  readonly #ring: LineRing<T>
  readonly #proofMs: () => number
  #retry: Timer | null = null
  #proof: Timer | null = null
  /** Sent, and not long enough ago to be sure of. */
  #unproven: Unproven<T>[] = []
  /** After a refusal one item goes ahead, and the others follow when it was not refused. */
  #cautious = false
  #everSent = false
  /** Why it takes nothing; null: it does, or its queue is full. */
  #away: Sent | null = null
  #refusedSince: number | null = null
  #told: Sent | null = null
  #closed = false

  constructor(options: SenderOptions<T>) {
    this.#options = options
    this.#proofMs = options.proofMs ?? (() => 0)
    this.#ring = new LineRing(options.capacity, options.gravityOf ?? (() => 0))
  }

  get pending(): number {
    const since = this.#options.clock.mono() - freshMs
    const fresh = this.#everSent ? [] : this.#unproven.filter(({ sentAt }) => sentAt > since)
    return this.#ring.count + fresh.length
  }

  /** Sends it now if nothing waits before it, else when its turn comes. */
  offer(item: T): void {
    if (this.#closed) return
    this.#counted(() => this.#ring.push(item))
    if (!this.#retry) this.drain()
    else if (this.#away !== null) this.#divertIfNeverSent()
  }

  /** Sends what waits, oldest first, until the receiver refuses. */
  drain(): void {
    this.#retry?.cancel()
    this.#retry = null
    while (this.#ring.count > 0) {
      if (this.#cautious && this.#unproven.length > 0) return
      const refusal = this.#sendOldest()
      if (refusal === null) continue
      this.#waitAfter(refusal)
      return
    }
  }

  /** The receiver turned out to be away: what is not proven to have arrived is sent again when it is back. */
  refused(why: Sent): void {
    if (this.#closed) return
    const lost = this.#unproven
    this.#unproven = []
    this.#cautious = true
    this.#counted(() => this.#ring.putBack(lost))
    this.#retry?.cancel()
    this.#waitAfter(why)
  }

  /** The receiver is another one now: forget how the last one behaved, and try at once. */
  startOver(): void {
    this.#everSent = false
    this.#unproven = []
    this.#cautious = false
    this.#noteTaken()
    this.drain()
  }

  /** Ends the retries and hands back what was never sent, oldest first. */
  close(): T[] {
    this.#closed = true
    for (const timer of [this.#retry, this.#proof]) timer?.cancel()
    this.#retry = null
    return this.#takeAll()
  }

  /** null: sent. */
  #sendOldest(): Sent | null {
    const announcement = this.#ring.lost > 0 ? this.#options.announceLoss(this.#ring.lost) : null
    const item = announcement ?? this.#ring.oldest()
    const result = item === undefined ? 'sent' : this.#options.send(item)
    // One too long for this receiver would hold up all others for ever.
    if (result !== 'sent' && result !== 'EMSGSIZE') return result
    const sent = announcement === null ? this.#ring.shift() : { at: announcementAt, item: announcement }
    if (announcement !== null) this.#forgetLost()
    if (result === 'sent') this.#noteSent(sent)
    return null
  }

  #noteSent(entry: RingEntry<T> | undefined): void {
    if (this.#proofMs() === 0) {
      this.#everSent = true
      this.#noteTaken()
    } else if (entry) {
      this.#unproven.push({ ...entry, sentAt: this.#options.clock.mono() })
      if (this.#unproven.length > this.#options.capacity) this.#unproven.shift()
      this.#lookLater()
    }
  }

  /** When the oldest item that was sent proves something. */
  #lookLater(): void {
    this.#proof?.cancel()
    const [oldest] = this.#unproven
    if (!oldest) return
    const dueMs = oldest.sentAt + this.#proofMs() - this.#options.clock.mono()
    this.#proof = this.#options.clock.after(dueMs, () => this.#look())
  }

  #look(): void {
    const until = this.#options.clock.mono() - this.#proofMs()
    const open = this.#unproven.filter(({ sentAt }) => sentAt > until)
    const isProven = open.length < this.#unproven.length
    this.#unproven = open
    if (isProven) {
      this.#everSent = true
      this.#cautious = false
      this.#noteTaken()
      if (!this.#retry) this.drain()
    }
    this.#lookLater()
  }

  #waitAfter(refusal: Sent): void {
    this.#away = refusal === 'EAGAIN' ? null : refusal
    this.#tellWhenItLasts(refusal)
    if (this.#away !== null) this.#divertIfNeverSent()
    if (this.#closed) return
    this.#retry = this.#options.clock.after(this.#away === null ? retryWhenFullMs : retryWhenAwayMs, () => {
      this.#retry = null
      this.drain()
    })
  }

  #tellWhenItLasts(refusal: Sent): void {
    const { clock, patienceMs } = this.#options
    this.#refusedSince ??= clock.mono()
    const lastsMs = clock.mono() - this.#refusedSince
    if (lastsMs >= (patienceMs?.(refusal, this.#everSent) ?? 0)) this.#tell(refusal)
  }

  #noteTaken(): void {
    this.#away = null
    this.#refusedSince = null
    this.#tell(null)
  }

  #tell(why: Sent | null): void {
    if (why === this.#told) return
    this.#told = why
    this.#options.awayChanged?.(why)
  }

  #divertIfNeverSent(): void {
    const { divert } = this.#options
    if (divert && !this.#everSent) for (const item of this.#takeAll()) divert(item)
  }

  #takeAll(): T[] {
    const { announceLoss } = this.#options
    const lost = this.#ring.lost > 0 ? announceLoss(this.#ring.lost) : null
    const items: T[] = lost === null ? [] : [lost]
    for (let entry = this.#ring.shift(); entry; entry = this.#ring.shift()) items.push(entry.item)
    if (lost !== null) this.#forgetLost()
    return items
  }

  #counted(change: () => void): void {
    const { lost } = this.#ring
    change()
    if (this.#ring.lost !== lost) this.#options.lossChanged?.(this.#ring.lost)
  }

  #forgetLost(): void {
    this.#ring.forgetLost()
    this.#options.lossChanged?.(0)
  }
}
