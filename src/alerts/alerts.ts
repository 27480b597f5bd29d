import { isDeepStrictEqual } from 'node:util'
import {
  type Alert,
  type AlertBook,
  emptyBook,
  reopened,
  type StandingEntry,
  standing,
  turnPage,
} from '../core/alert-book.ts'
import type { AlertSettings } from '../core/alert-settings.ts'
import type { NotedFinding } from '../core/findings.ts'
import type { Clock, Timer } from '../system/clock.ts'
import { type Message, type Site, testMessage } from './message.ts'
import { Outbox, type OutboxOptions } from './outbox.ts'
import type { Tested } from './sending.ts'
import { type Way, type WayName, type WayParts, waysOf } from './ways.ts'

interface AlertsOptions extends Omit<WayParts, 'printed'>, Pick<OutboxOptions, 'isQuiet'> {
  readonly clock: Clock
  readonly found: () => readonly NotedFinding[]
  readonly site: () => Site
  /** Why alerts of this way are not delivered, a clause; null: they are. */
  readonly report: (way: WayName, problem: string | null) => void
  readonly log: (severity: 'warning' | 'info', text: string) => void
  readonly counted: (way: WayName, outcome: 'delivered' | 'failed' | 'lost') => void
  readonly store: AlertStore
}

/** What each way was told and is not over. */
export type ToldBooks = Readonly<Partial<Record<WayName, readonly StandingEntry[]>>>

/** Where that is saved, for after a restart. Neither rejects, and nobody waits for `save`. */
export interface AlertStore {
  readonly load: () => Promise<ToldBooks>
  readonly save: (books: ToldBooks) => void
  readonly close: () => void
}

const lookMs = 1000

/** Tells each configured way what is found, from a timer of its own: no decision and no move waits for it. */
export class Alerts {
  private settings: AlertSettings | null = null
  private lines: { way: Way; readonly outbox: Outbox; book: AlertBook }[] = []
  private timer: Timer | null = null
  private begun = false

  constructor(private readonly options: AlertsOptions) {}

  /** What waits for a way that is set no more is dropped; a way that was changed goes on with what waits for it. */
  follow(settings: AlertSettings): void {
    if (isDeepStrictEqual(settings, this.settings)) return
    this.settings = settings
    const ways = this.waysNow(settings)
    for (const line of this.lines) if (ways.every(({ name }) => name !== line.way.name)) line.outbox.close()
    this.lines = ways.map(way => {
      const line = this.lines.find(each => each.way.name === way.name)
      if (line === undefined) return { way, outbox: this.openOutbox(way), book: emptyBook }
      line.outbox.follow(way)
      return { ...line, way }
    })
    if (settings.mailTo.length > 0) void this.options.senders.loadMail().catch(() => {})
    if (!this.begun && this.lines.length > 0) void this.begin()
    else if (this.timer === null) this.look()
  }

  /** One try by each way that is set, at the same time, beside what waits. */
  test(settings: AlertSettings): Promise<readonly Tested[]> {
    const message = testMessage(this.options.site(), this.iso())
    return testWays(this.waysNow(settings), message, this.options.clock)
  }

  close(): void {
    this.timer?.cancel()
    this.timer = null
    for (const { outbox } of this.lines) outbox.close()
    this.lines = []
    this.options.store.close()
  }

  /** What the last run has told is not told again. */
  private async begin(): Promise<void> {
    this.begun = true
    const told = await this.options.store.load()
    const mono = this.options.clock.mono()
    for (const line of this.lines) line.book = reopened(told[line.way.name] ?? [], mono)
    this.look()
  }

  /** Told is what was delivered; a message that waits is queued anew by the next run. */
  private save(): void {
    const books = this.lines.map(
      ({ way, book, outbox }) => [way.name, toldOf(book, outbox.undelivered)] as const,
    )
    this.options.store.save(Object.fromEntries(books))
  }

  private waysNow(settings: AlertSettings): Way[] {
    return waysOf(settings, {
      ...this.options,
      printed: line => this.options.log('info', `alert command: ${line}`),
    })
  }

  private openOutbox(way: Way): Outbox {
    const { name } = way
    const { clock, isQuiet, log, report, counted } = this.options
    return new Outbox(way, {
      ...{ clock, isQuiet, log },
      report: problem => report(name, problem),
      counted: outcome => counted(name, outcome),
      changed: () => this.save(),
    })
  }

  private look(): void {
    const { clock, found } = this.options
    this.timer = this.lines.length > 0 ? clock.after(lookMs, () => this.look()) : null
    const noted = found()
    for (const line of this.lines) {
      // That a way does not work is told by the others.
      const others = noted.filter(
        ({ finding, subject }) => finding.code !== 'alert-undelivered' || subject !== line.way.name,
      )
      const { level = 'warning' } = this.settings ?? {}
      const { book, alerts } = turnPage(line.book, others, clock.mono(), {
        level,
        repeatMs: line.way.repeatMs,
      })
      line.book = book
      for (const alert of alerts) line.outbox.push(this.messageOf(alert))
    }
  }

  private messageOf(alert: Alert) {
    return { ...alert, at: this.iso(), site: this.options.site() }
  }

  private iso(): string {
    return new Date(this.options.clock.wall()).toISOString()
  }
}

/** Without what is about to be told, and with what is about to be told to be over. */
function toldOf(book: AlertBook, undelivered: readonly Message[]): readonly StandingEntry[] {
  const waiting = undelivered.flatMap(({ event, code, findings }) =>
    code === 'test' ? [] : findings.map(finding => ({ ...finding, code, event })),
  )
  const isRaised = ({ code, subject }: StandingEntry) =>
    waiting.some(each => each.event === 'raised' && each.code === code && each.subject === subject)
  const over = waiting.filter(each => each.event === 'resolved' && !isRaised(each))
  return [...standing(book).filter(entry => !isRaised(entry)), ...over.map(({ event: _, ...entry }) => entry)]
}

/** One try by each of them, at the same time. */
export function testWays(
  ways: readonly Way[],
  message: ReturnType<typeof testMessage>,
  clock: Clock,
): Promise<readonly Tested[]> {
  const { signal } = new AbortController()
  return Promise.all(
    ways.map(async way => {
      const startedAt = clock.mono()
      const sent = await way.send(message, signal)
      return { title: way.title, sent, ms: clock.mono() - startedAt }
    }),
  )
}
