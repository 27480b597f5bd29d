import {
  applyReading,
  begin,
  cutOff,
  repairNow,
  unread,
  want,
  written,
} from '../../src/core/relay/convergence.ts'
import type { RelayLine } from '../../src/core/relay/relay-lines.ts'
import type { Outcome, RelayStep } from '../../src/core/relay/relay-outcome.ts'
import { type KnownMode, newRelay, type RelayState } from '../../src/core/relay/relay-state.ts'
import type { Mode, Watchdog } from '../../src/core/role.ts'

/** A relay as the core sees it, driven by hand. */
export class Hand {
  lines: string[] = []
  next: RelayStep = { kind: 'read', afterMs: 0 }
  mono = 1000
  relay: RelayState

  constructor(known: KnownMode | null = null) {
    this.relay = newRelay('fos1', known)
  }
  /** An order, and what the relay's loop makes of it: a write that has not begun is void, a new try begins. */
  want(mode: Mode | null, moved = false): this {
    this.relay = want(this.relay, mode, moved, this.mono)
    if (this.next.kind === 'write') this.relay = cutOff(this.relay, false)
    return this.begins()
  }
  /** The pause is over, or an audit has come. */
  begins(): this {
    return this.take(begin(this.relay, this.mono))
  }
  /** An operator asks for an audit. */
  audits(): this {
    this.relay = repairNow(this.relay)
    return this.begins()
  }
  reads(mode: Mode, wdog: Watchdog = 0): this {
    this.mono += 20
    return this.take(applyReading(this.relay, { mono: this.mono, wall: this.mono }, { mode, wdog }))
  }
  /** The write of a mode ended: with yes, or with this failure after the whole request had left, or before. */
  writes(code: string | null = null, sent = true): this {
    this.mono += code === null ? 20 : 3000
    const error = code === null ? null : { code, text: `no answer to the write (${code})` }
    return this.take(written(this.relay, { sent, error }))
  }
  /** The write of the watchdog was answered. */
  writesWatchdog(): this {
    this.mono += 20
    return this.begins()
  }
  /** A reading failed. */
  fails(code = 'timeout'): this {
    this.mono += 3000
    return this.take(unread(this.relay, this.mono, { code, text: `no answer (${code})` }))
  }
  /** A reading was closed without an answer. */
  isClosed(): this {
    this.mono += 10
    return this.take(unread(this.relay, this.mono, { code: 'unreachable', text: 'closed' }))
  }
  /** Time goes by, and the pause of a retry or of an audit is over. */
  after(ms: number): this {
    this.mono += ms
    return this.begins()
  }
  private take({ relay, lines, next }: Outcome): this {
    this.relay = relay
    this.lines.push(...lines.map((line: RelayLine) => `${line.severity}: ${line.text}`))
    this.next = next
    return this
  }
}

/** A relay that was read where it is wanted. */
export const settled = (mode: Mode) => new Hand().want(mode).reads(mode)
