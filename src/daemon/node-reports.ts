import type { NodeCode, NodeFacts } from '../core/findings/facts.ts'
import { standstill } from '../core/stood-still.ts'
import type { Clock } from '../system/clock.ts'
import type { EventLoop } from './event-loop.ts'

/** What the daemon's parts report of this node until they take it back: the facts of findings/node.ts. */
export class NodeReports {
  private reports: NodeFacts = {}

  /**
   * `subject`: what it is about, such as a file or a hook; `detail`: a clause without a full stop, which
   * core/findings/node.ts makes a sentence of; null: it is over.
   */
  report(code: NodeCode, subject: string, detail: string | null): void {
    const { [subject]: _, ...others } = this.reports[code] ?? {}
    this.reports = { ...this.reports, [code]: detail === null ? others : { ...others, [subject]: detail } }
  }

  get facts(): NodeFacts {
    return this.reports
  }
}

/** Who comes in the morning is to see what happened at night. */
const toldForMs = 86_400_000

/** Reports that the master stood still for a while, and takes it back a day later. */
export function watchStandstills(loop: EventLoop, clock: Clock, reports: NodeReports): void {
  let before = loop.state.checks
  let toldAt: number | null = null
  const tell = (text: string | null) => reports.report('master-stood-still', '', text)
  loop.onDecision(() => {
    const { settings, state } = loop
    const now = { mono: clock.mono(), wall: clock.wall() }
    const text = before === state.checks ? null : standstill(settings.checks, before, state.checks, now)
    before = state.checks
    if (text !== null) {
      toldAt = now.mono
      tell(text)
    } else if (toldAt !== null && now.mono - toldAt >= toldForMs) {
      toldAt = null
      tell(null)
    }
  })
}
