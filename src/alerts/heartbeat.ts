import type { HeartbeatSettings } from '../core/alert-settings.ts'
import type { Beat } from '../core/heartbeat.ts'
import type { Clock, Timer } from '../system/clock.ts'
import { cut } from './message.ts'
import { type HttpSending, hostOf, type Senders, type Tested } from './sending.ts'

interface HeartbeatOptions {
  readonly clock: Clock
  readonly http: Senders['http']
  /** What is to be told now; null: nothing. `ms`: how long the latest probe of the master took; null: not known. */
  readonly beat: () => { readonly beat: Beat; readonly ms: number | null } | null
  /** Whether nothing is more urgent now, such as relays that are being driven. */
  readonly isQuiet: () => boolean
  /** Why the ping does not arrive, a clause; null: it does. */
  readonly report: (problem: string | null) => void
  readonly log: (severity: 'warning' | 'info', text: string) => void
  readonly counted: (outcome: 'delivered' | 'failed') => void
}

/** How often it looks whether another thing is to be told than last time. */
const lookMs = 1000
/** What is told at once has lasted for so long: a move takes some 0.4 s. */
const settleMs = 2000
/** A ping that did not arrive is tried again after so long, or at the next interval if that comes first. */
const retryMs = 10_000

/** Pings a dead man's switch each interval, and at once when there is another thing to tell. */
export class Heartbeat {
  private settings: HeartbeatSettings | null = null
  private timer: Timer | null = null
  private dueAt = 0
  /** What was told last, and since when another thing is to be told. */
  private told: Beat['is'] | null = null
  private otherSince: number | null = null
  private current: AbortController | null = null
  private problem: string | null = null

  constructor(private readonly options: HeartbeatOptions) {}

  follow(settings: HeartbeatSettings): void {
    this.end()
    this.settings = settings.url === null ? null : settings
    if (this.settings === null) return
    this.dueAt = this.options.clock.mono()
    this.told = null
    this.look()
  }

  /** Stops it: the silence is what the other side hears. */
  close(): void {
    this.settings = null
    this.end()
  }

  /** Tells now what is to be told; null: it is not set, or nothing is to be told yet. For `berofosd alert test`. */
  async test(): Promise<Tested | null> {
    const { beat, clock, http } = this.options
    const told = beat()
    if (this.settings === null || told === null) return null
    const startedAt = clock.mono()
    const sent = await http(pingOf(this.settings, told.beat, told.ms), clock, new AbortController().signal)
    return { title: titleOf(this.settings), sent, ms: clock.mono() - startedAt }
  }

  private end(): void {
    this.timer?.cancel()
    this.timer = null
    this.current?.abort()
    this.current = null
    if (this.problem !== null) this.options.report(null)
    this.problem = null
  }

  private look(): void {
    const { clock, beat, isQuiet } = this.options
    this.timer = clock.after(lookMs, () => this.look())
    const told = beat()
    if (told === null || this.current !== null || !isQuiet()) return
    if (this.isDue(told.beat, clock.mono())) void this.ping(told.beat, told.ms)
  }

  /** Relays that move are findings for a moment: another thing than last time is told once it has lasted. */
  private isDue({ is }: Beat, mono: number): boolean {
    if (is === this.told) {
      this.otherSince = null
      return mono >= this.dueAt
    }
    this.otherSince ??= mono
    return mono - this.otherSince >= settleMs
  }

  private async ping(beat: Beat, ms: number | null): Promise<void> {
    const { settings } = this
    if (settings === null) return
    const { clock, http, counted } = this.options
    const mine = new AbortController()
    this.current = mine
    this.dueAt = clock.mono() + settings.intervalMs
    this.told = beat.is
    this.otherSince = null
    const sent = await http(pingOf(settings, beat, ms), clock, mine.signal)
    if (mine.signal.aborted) return
    this.current = null
    counted(sent.ok ? 'delivered' : 'failed')
    if (sent.ok) return this.arrived(settings)
    this.dueAt = Math.min(this.dueAt, clock.mono() + retryMs)
    this.failed(`${titleOf(settings)}: ${sent.why}`)
  }

  private arrived(settings: HeartbeatSettings): void {
    if (this.problem === null) return
    this.problem = null
    this.options.log('info', `alert: ${titleOf(settings)}: the ping arrives again`)
    this.options.report(null)
  }

  private failed(problem: string): void {
    if (this.problem === null)
      this.options.log('warning', `alert: ${problem}; the other side will raise the alarm`)
    if (this.problem !== problem) this.options.report(problem)
    this.problem = problem
  }
}

function titleOf({ url, style }: HeartbeatSettings): string {
  return `heartbeat to ${hostOf(url ?? '')} (${style})`
}

const pings: Readonly<
  Record<HeartbeatSettings['style'], (url: URL, beat: Beat, ms: number | null) => Omit<HttpSending, 'url'>>
> = {
  // https://healthchecks.io/docs/http_api/: an unknown check of the UUID form is answered 200, `OK (not found)`.
  healthchecks: (url, { is, text }) => {
    const path = url.pathname.replace(/\/$/, '')
    url.pathname = is === 'fail' ? `${path}/fail` : path
    const headers = { 'content-type': 'text/plain; charset=utf-8' }
    const judge = (answer: string) =>
      /^OK \(not found\)/.test(answer) ? 'the check is not known there' : null
    return { method: 'POST', headers, body: cut(text, 10_000), judge }
  },

  // uptime-kuma, server/routers/api-router.js, /api/push: only the exact word `up` is up; ping in ms.
  kuma: (url, { is, text }, ms) => {
    url.searchParams.set('status', is === 'well' ? 'up' : 'down')
    url.searchParams.set('msg', cut(text, 250))
    url.searchParams.set('ping', ms === null ? '' : String(Math.min(86_400_000, Math.max(0, Math.round(ms)))))
    return { method: 'GET', headers: {}, body: null, judge: judgeKuma }
  },
}

function judgeKuma(answer: string): string | null {
  return /"ok"\s*:\s*true/.test(answer) ? null : 'it does not answer as a push monitor of Uptime Kuma'
}

function pingOf(settings: HeartbeatSettings, beat: Beat, ms: number | null): HttpSending {
  const url = new URL(settings.url ?? '')
  const ping = pings[settings.style](url, beat, ms)
  return { ...ping, url: url.href }
}
