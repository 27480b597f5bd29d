/** Mutants that no test can tell from the source, or that none should: each with its reason. */
export interface Explained {
  readonly file: string
  /** The source line on which the change begins, trimmed. */
  readonly text: string
  /** What stood there and what stands there instead. */
  readonly changes: readonly (readonly [was: string, now: string])[]
  readonly reason: string
}

export const explained: readonly Explained[] = [
  {
    file: 'src/core/convergence.ts',
    text: 'tries: 0,',
    changes: [['0', '1']],
    reason: 'A relay is driven only after an order, and each order sets it.',
  },
  {
    file: 'src/core/convergence.ts',
    text: `const error = { code: 'stuck', text: \`took mode=\${mode} but still reads mode=\${relay.actual}\` }`,
    changes: [["'stuck'", "''"]],
    reason: 'A code only tells errors of a relay apart; any other word would do.',
  },
  {
    file: 'src/core/convergence.ts',
    text: "const stubbornWatchdog = { code: 'wdog', text: 'took wdog=0 but its watchdog is still on' }",
    changes: [["'wdog'", "''"]],
    reason: 'A code only tells errors of a relay apart; any other word would do.',
  },
]
