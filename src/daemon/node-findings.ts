import type { Finding } from '../core/findings/codes.ts'
import type { Facts, NodeCode, NodeFacts } from '../core/findings/facts.ts'
import { type Beginnings, dated, type NotedFinding, observe } from '../core/findings.ts'
import { saidByOthers, siteText } from '../core/site-words.ts'
import { standstill } from '../core/stood-still.ts'
import type { Clock } from '../system/clock.ts'
import type { EventLoop } from './event-loop.ts'

/** What the daemon's parts report of this node until they take it back: the facts of findings/site.ts. */
export class NodeReports {
  private reports: NodeFacts = {}
  private readonly listeners: (() => void)[] = []

  /**
   * `subject`: what it is about, such as a file or a hook; `detail`: a clause without a full stop, which
   * core/findings/site.ts makes a sentence of; null: it is over.
   */
  report(code: NodeCode, subject: string, detail: string | null): void {
    const { [subject]: _, ...others } = this.reports[code] ?? {}
    this.reports = { ...this.reports, [code]: detail === null ? others : { ...others, [subject]: detail } }
    for (const tell of this.listeners) tell()
  }

  /** Calls back after each report. */
  onReport(tell: () => void): void {
    this.listeners.push(tell)
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

/**
 * The findings of now in the words of the site, each with the moment at which it was first found: what is found again
 * later begins anew.
 */
export class FindingList {
  private beginnings: Beginnings = new Map()
  private lookedAt = Number.NEGATIVE_INFINITY

  constructor(private readonly facts: () => Facts) {}

  /** Looks after a decision, but not at each of many: `since` is right to a second. */
  follow(mono: number): void {
    if (mono - this.lookedAt < 1000) return
    this.lookedAt = mono
    this.look()
  }

  /** Looks now; at `facts`, where some of them must not be told. */
  look(facts = this.facts()): readonly Finding[] {
    return this.lookWithSubjects(facts).map(({ finding }) => finding)
  }

  /** The same, with what each was found at. */
  lookWithSubjects(facts = this.facts()): readonly NotedFinding[] {
    const { noted, beginnings } = dated(observe(facts), this.beginnings, facts.now.wall)
    this.beginnings = beginnings
    const { settings, state } = facts
    const plain = (text: string) =>
      siteText(settings.site.kind, text, () => saidByOthers({ settings, state }))
    return noted.map(({ subject, finding, over }) => ({
      subject,
      finding: { ...finding, text: plain(finding.text) },
      over: plain(over),
    }))
  }
}
