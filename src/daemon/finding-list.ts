import type { Finding } from '../core/findings/codes.ts'
import type { Facts } from '../core/findings/facts.ts'
import { type Beginnings, dated, type NotedFinding, observe } from '../core/findings.ts'
import { saidByOthers, siteText } from '../core/site-words.ts'

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
