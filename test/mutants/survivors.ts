/** Mutants that no test can tell from the source, or that none should: each with its reason. */
export interface Explained {
  readonly file: string
  /** The source line on which the change begins, trimmed. */
  readonly text: string
  /** What stood there and what stands there instead. */
  readonly changes: readonly (readonly [was: string, now: string])[]
  readonly reason: string
}

export const explained: readonly Explained[] = []
