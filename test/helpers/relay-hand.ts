import {
  failed,
  type Line,
  newRelay,
  type Outcome,
  type RelayState,
  type Step,
  seen,
  want,
  written,
} from '../../src/core/convergence.ts'
import type { Mode, Watchdog } from '../../src/core/role.ts'

/** A relay as the core sees it, driven by hand. */
export class Hand {
  lines: string[] = []
  next: Step = { kind: 'read', afterMs: 0 }
  mono = 1000
  relay: RelayState

  constructor(known: { mode: Mode; sent: Mode | null } | null = null) {
    this.relay = newRelay('fos1', known)
  }
  want(mode: Mode | null, moved = false): this {
    this.relay = want(this.relay, mode, moved, this.mono)
    return this
  }
  reads(mode: Mode, wdog: Watchdog = 0): this {
    this.mono += 20
    return this.take(seen(this.relay, { mono: this.mono, wall: this.mono }, { mode, wdog }))
  }
  writes(): this {
    this.mono += 20
    return this.take(written(this.relay))
  }
  fails(code = 'timeout'): this {
    this.mono += 3000
    return this.take(failed(this.relay, { code, text: `no answer (${code})` }))
  }
  private take({ relay, lines, next }: Outcome): this {
    this.relay = relay
    this.lines.push(...lines.map((line: Line) => `${line.severity}: ${line.text}`))
    this.next = next
    return this
  }
}

/** A relay that was read where it is wanted. */
export const settled = (mode: Mode) => new Hand().want(mode).reads(mode)
