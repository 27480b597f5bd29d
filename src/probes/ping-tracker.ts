import type { ProbeResult } from '../core/role.ts'
import { msText } from '../net/printable.ts'
import { wasStalled } from './attempt.ts'
import type { PingLine } from './ping-output.ts'

export interface PingTiming {
  readonly intervalMs: number
  readonly timeoutMs: number
  /** An answer that is later than this is to be noticed; absent: none is. */
  readonly fastIntervalMs?: number
  /** An answer makes the numbers before it that are still open void: they are not reported. */
  readonly overtakes?: boolean
}

/** ping may need so long to start sending; spawning costs 4 ms on an idle machine. */
const startUpMs = 250
/** A ping that runs speaks each interval; later than this, it is held up itself. */
const silenceGraceMs = 250
/** A send time that ping told is late only by the pipe. */
const toldSlackMs = 10
/** The wall clock was set, rather than slewed or read a moment later, when it moved on by so much more than ours. */
const stepMs = 50
/** Unanswered numbers kept at most; the oldest is given up. Far below 32768, where wrapping gets ambiguous. */
const pendingLimit = 4096
/** Numbers further ahead than this are garbage. */
const gapLimit = 1024

/**
 * How much later than its interval ping may send: it rounds its wait up to kernel ticks; measured 3 to 12 ms, now and
 * then 30 ms at 500 ms.
 */
export function sendSlackMs(intervalMs: number): number {
  return 20 + intervalMs / 20
}

interface Sent {
  readonly atMs: number
  readonly deadlineMs: number
  /** From when on its answer is a late one; infinite: it is not to be noticed, or was. */
  readonly lateAtMs: number
  /** By how much the wall clock was ahead of the monotonic one when its sending was expected. */
  readonly wallAheadMs: number
  /** Why our own kernel did not send it; null: it did, for all we know. */
  readonly unsent: string | null
  /** It is not to be reported. */
  readonly unheard: boolean
}

/**
 * Turns ping's lines and the passing of time into one result a sequence number. Without I/O: time comes in (monotonic
 * milliseconds), results go out.
 *
 * Numbers are unwrapped to ever-growing ones. `newest` is the one sent last or due next; of the numbers up to it,
 * those in `pending` are undecided. An answer to k tells when k was sent (arrival − round trip), "no answer yet for k"
 * that k+1 is sent now. So it is known when the next one is due, and it can be declared failed before ping says so.
 */
export class PingTracker {
  readonly #timing: PingTiming
  readonly #pending = new Map<number, Sent>()
  #newest = 1
  #unsent: { readonly reason: string; readonly atMs: number } | null = null
  #heardAtMs: number
  #silenceAtMs: number
  #wallAheadMs: number
  #isMuted = false
  #isLate = false

  constructor(timing: PingTiming, startedAtMs: number, wallMs = startedAtMs) {
    this.#timing = timing
    this.#wallAheadMs = wallMs - startedAtMs
    this.#heardAtMs = startedAtMs
    this.#silenceAtMs = startedAtMs + startUpMs + this.#patienceMs()
    this.#expect(1, startedAtMs, startUpMs)
  }

  /** When `tick` is due. */
  nextTickAtMs(): number {
    let next = this.#silenceAtMs
    for (const sent of this.#pending.values()) next = Math.min(next, sent.deadlineMs, sent.lateAtMs)
    return next
  }

  /** Whether an answer has become a late one since this was asked before. */
  becameLate(): boolean {
    const is = this.#isLate
    this.#isLate = false
    return is
  }

  /** While it is muted no number that is sent is reported, ever; those that were sent before are. */
  mute(isMuted: boolean): void {
    this.#isMuted = isMuted
  }

  /** Nothing is reported any more of the numbers up to this one, or of all that were sent until now. */
  forget(number = this.#newest): void {
    for (const known of [...this.#pending.keys()]) if (known <= number) this.#pending.delete(known)
  }

  /** For how long ping has told nothing of any number. */
  silentMs(nowMs: number): number {
    return nowMs - this.#heardAtMs
  }

  /** `wallMs`: the wall clock at the same time. */
  take(line: PingLine, nowMs: number, wallMs = nowMs): readonly ProbeResult[] {
    this.#wallAheadMs = wallMs - nowMs
    if (line.kind === 'unsent') this.#markUnsent(line.reason, nowMs)
    if (!('seq' in line)) return []
    const number = this.#unwrap(line.seq)
    if (number < 1 || number > this.#newest + gapLimit) return []
    this.#heardAtMs = nowMs
    this.#silenceAtMs = nowMs + this.#patienceMs()
    const skipped = this.#skipTo(number, nowMs)
    if (line.kind === 'reply') return [...skipped, ...this.#takeReply(number, line, nowMs)]
    if (line.kind === 'missing') return [...skipped, ...this.#takeMissing(number, nowMs)]
    return [...skipped, ...this.#decide(number, 'failed', nowMs, `${line.reason} (from ${line.from})`)]
  }

  /** To be called at `nextTickAtMs`, after the lines that already wait were taken. */
  tick(nowMs: number): readonly ProbeResult[] {
    this.#noticeLate(nowMs)
    const due = [...this.#pending].filter(([, sent]) => sent.deadlineMs <= nowMs)
    const results = due.flatMap(([number, sent]) => this.#giveUp(number, nowMs, nowMs - sent.deadlineMs))
    if (nowMs < this.#silenceAtMs) return results
    this.#silenceAtMs = nowMs + this.#timing.intervalMs
    if (this.#isMuted) return results
    const detail = `ping on this node has said nothing for ${msText(this.silentMs(nowMs))}`
    return [...results, { outcome: 'inconclusive', ms: 0, detail }]
  }

  #noticeLate(nowMs: number): void {
    for (const [number, sent] of this.#pending) {
      if (sent.lateAtMs > nowMs) continue
      this.#pending.set(number, { ...sent, lateAtMs: Number.POSITIVE_INFINITY })
      this.#isLate ||= !sent.unheard
    }
  }

  #takeReply(number: number, line: PingLine & { kind: 'reply' }, nowMs: number): ProbeResult[] {
    const { intervalMs, timeoutMs } = this.#timing
    if (this.#timing.overtakes) this.forget(number - 1)
    const ms = this.#roundTripMs(line.rttMs, this.#pending.get(number), nowMs)
    if (number >= this.#newest) {
      const sentAtMs = nowMs - Math.min(ms, 2 * intervalMs)
      this.#expect(number + 1, sentAtMs + intervalMs, sendSlackMs(intervalMs))
    }
    if (ms <= timeoutMs) return this.#decide(number, 'answered', nowMs, `reply from ${line.from}`, ms)
    const late = `reply after ${msText(ms)}, later than ${msText(timeoutMs)}`
    return this.#decide(number, 'failed', nowMs, late, ms)
  }

  /**
   * What ping measured, whatever we expected: after a stall of this process our own times are those of reading. ping
   * measures by the wall clock, so a step of it while the answer was under way is taken off again.
   */
  #roundTripMs(toldMs: number | null, sent: Sent | undefined, nowMs: number): number {
    if (toldMs === null) return Math.max(0, nowMs - (sent?.atMs ?? nowMs))
    const steppedMs = this.#wallAheadMs - (sent?.wallAheadMs ?? this.#wallAheadMs)
    return steppedMs > stepMs && toldMs >= steppedMs ? toldMs - steppedMs : toldMs
  }

  #takeMissing(number: number, nowMs: number): ProbeResult[] {
    // With a longer time-out it is for the tick to give up: behind this line an answer in time may wait to be read.
    const overdue = this.#timing.timeoutMs <= this.#timing.intervalMs
    const results = overdue ? this.#giveUp(number, nowMs, 0) : []
    const sent = this.#pending.get(number)
    // It was sent an interval ago, perhaps sooner than was expected.
    const deadlineMs = nowMs - this.#timing.intervalMs + this.#timing.timeoutMs + toldSlackMs
    if (sent && deadlineMs < sent.deadlineMs) this.#pending.set(number, { ...sent, deadlineMs })
    const next = number + 1
    if (next > this.#newest || this.#pending.has(next)) this.#expect(next, nowMs, toldSlackMs)
    return [...results, ...this.#giveUpOldest(nowMs)]
  }

  /** Numbers that ping never spoke of: lines were lost, nothing is known. Makes `number` a pending one if it is new. */
  #skipTo(number: number, nowMs: number): ProbeResult[] {
    const results: ProbeResult[] = []
    for (let skipped = this.#newest + 1; skipped < number && !this.#isMuted; skipped++) {
      results.push({ outcome: 'inconclusive', ms: 0, detail: 'ping on this node did not report this one' })
    }
    if (number > this.#newest) this.#expect(number, nowMs - this.#timing.intervalMs, toldSlackMs)
    return results
  }

  #expect(number: number, atMs: number, slackMs: number): void {
    this.#newest = Math.max(this.#newest, number)
    const { timeoutMs, fastIntervalMs = Number.POSITIVE_INFINITY } = this.#timing
    const unsent = this.#unsent && this.#belongs(this.#unsent.atMs, atMs) ? this.#unsent.reason : null
    this.#pending.set(number, {
      atMs,
      deadlineMs: atMs + timeoutMs + slackMs,
      lateAtMs: atMs + fastIntervalMs + Math.min(slackMs, fastIntervalMs / 20),
      wallAheadMs: this.#wallAheadMs,
      unsent,
      unheard: this.#isMuted,
    })
  }

  #markUnsent(reason: string, nowMs: number): void {
    this.#unsent = { reason, atMs: nowMs }
    for (const [number, sent] of this.#pending) {
      if (this.#belongs(nowMs, sent.atMs)) this.#pending.set(number, { ...sent, unsent: reason })
    }
  }

  /** stderr and stdout are two pipes: which number a send error is about is told by the time. */
  #belongs(errorAtMs: number, sentAtMs: number): boolean {
    return Math.abs(errorAtMs - sentAtMs) <= this.#timing.intervalMs / 2
  }

  #giveUp(number: number, nowMs: number, lateMs: number): ProbeResult[] {
    const { timeoutMs } = this.#timing
    const unsent = this.#pending.get(number)?.unsent
    if (wasStalled(lateMs, timeoutMs)) {
      return this.#decide(number, 'inconclusive', nowMs, `this process was stalled for ${msText(lateMs)}`)
    }
    if (unsent) return this.#decide(number, 'inconclusive', nowMs, `this node could not send: ${unsent}`)
    return this.#decide(number, 'failed', nowMs, `no answer in ${msText(timeoutMs)}`, timeoutMs)
  }

  #giveUpOldest(nowMs: number): ProbeResult[] {
    const oldest = this.#pending.keys().next()
    return this.#pending.size > pendingLimit && !oldest.done ? this.#giveUp(oldest.value, nowMs, 0) : []
  }

  /** The one result of a number; nothing when it had it already. */
  #decide(
    number: number,
    outcome: ProbeResult['outcome'],
    nowMs: number,
    detail: string,
    ms?: number,
  ): ProbeResult[] {
    const sent = this.#pending.get(number)
    if (!this.#pending.delete(number) || !sent || sent.unheard) return []
    return [{ outcome, ms: ms ?? Math.max(0, nowMs - sent.atMs), detail }]
  }

  /** The number nearest to `newest` with these 16 bits. */
  #unwrap(seq: number): number {
    return this.#newest + (((seq - this.#newest) << 16) >> 16)
  }

  #patienceMs(): number {
    return 2 * this.#timing.intervalMs + sendSlackMs(this.#timing.intervalMs) + silenceGraceMs
  }
}
