import type { NodeCode, NodeFacts } from '../core/findings/facts.ts'

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
