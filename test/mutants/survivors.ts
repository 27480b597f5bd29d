/** Mutants that no test can tell from the source, or that none should: each with its reason. */
export interface Explained {
  readonly file: string
  /** The source line on which the change begins, trimmed. */
  readonly text: string
  /** What stood there and what stands there instead; empty: it was removed. */
  readonly changes: readonly (readonly [was: string, now: string])[]
  readonly reason: string
}

const typeGuard =
  'The compiler asks for it: without the field that the rest compares, the comparison is false anyway.'

export const explained: readonly Explained[] = [
  {
    file: 'src/core/relay/convergence.ts',
    text: 'tries: 0,',
    changes: [['0', '1']],
    reason: 'A relay is driven only after an order, and each order sets it.',
  },
  {
    file: 'src/core/relay/convergence.ts',
    text: `const stuck = { code: 'stuck', text: \`took mode=\${mode} but still reads mode=\${relay.actual}\` }`,
    changes: [["'stuck'", "''"]],
    reason: 'A code only tells errors of a relay apart; any other word would do.',
  },
  {
    file: 'src/core/relay/watchdog.ts',
    text: "stubborn: { code: 'wdog', text: 'took wdog=0 but its watchdog is still on' },",
    changes: [["'wdog'", "''"]],
    reason: 'A code only tells errors of a relay apart; any other word would do.',
  },
  {
    file: 'src/core/failback.ts',
    text: 'holds: (_, state, now) => state.noFailbackUntil !== null && now < state.noFailbackUntil,',
    changes: [['state.noFailbackUntil !== null', 'true']],
    reason: typeGuard,
  },
  {
    file: 'src/core/failback.ts',
    text: "return readiness.is === 'unasked' || (readiness.is === 'no' && now >= readiness.againAt)",
    changes: [["readiness.is === 'no'", 'true']],
    reason: typeGuard,
  },
  {
    file: 'src/core/failback.ts',
    text: "const since = readiness.is === 'unasked' ? null : readiness.since",
    changes: [["readiness.is === 'unasked'", 'false']],
    reason: typeGuard,
  },
  {
    file: 'src/core/apply-event.ts',
    text: "if (move?.stage === 'asking') set(draft, { move: { ...move, stage: 'agreed' } })",
    changes: [['...move', '']],
    reason:
      'Nothing but its stage is asked before the move that calls it off takes its place, in the same decision.',
  },
  {
    file: 'src/core/isolation.ts',
    text: "if (!('question' in isolation) || isolation.question !== question) return",
    changes: [["!('question' in isolation)", 'false']],
    reason: typeGuard,
  },
  {
    file: 'src/core/isolation.ts',
    text: "set(draft, { checksHaveSpoken: false, isolation: { is: 'none' }, checks: {}, verdict: 'unknown', upSince: null })",
    changes: [["'none'", "''"]],
    reason: 'Nothing is lost then, so the same decision forgets whatever isolation check there was.',
  },
  {
    file: 'src/core/apply-event.ts',
    text: "if (readiness.is !== 'asking' || readiness.question !== question) return",
    changes: [["readiness.is !== 'asking'", 'false']],
    reason: typeGuard,
  },
  {
    file: 'src/core/moving.ts',
    text: "agreed: 'driving',",
    changes: [["'driving'", "''"]],
    reason: 'No event ends this stage: the role table does, which takes the role or calls the failback off.',
  },
  {
    file: 'src/core/phases.ts',
    text: "relays: 'observe',",
    changes: [["'observe'", "''"]],
    reason: "Only 'enforce' is asked for; whatever else stands here means to observe.",
  },
  {
    file: 'src/core/rise-fall.ts',
    text: "streak: { outcome: 'answered', count: 0 },",
    changes: [["'answered'", "''"]],
    reason: 'None of any kind is none.',
  },
  {
    file: 'src/core/isolation.ts',
    text: "return isolation.is === 'silent' && now.mono >= isolation.againAt",
    changes: [["isolation.is === 'silent'", 'true']],
    reason: typeGuard,
  },
  {
    file: 'src/core/secondary.ts',
    text: "if (wazo?.master !== null || wazo.said.is === 'slave') return null",
    changes: [["wazo.said.is === 'slave'", 'false']],
    reason: 'Where ha.conf says slave it names the master, so that there is one; the compiler does not know.',
  },
  {
    file: 'src/core/state.ts',
    text: 'roleSinceWall: 0,',
    changes: [['0', '1']],
    reason: 'A start sets it, from what was stored or from the clock.',
  },
  {
    file: 'src/core/state.ts',
    text: "isolation: { is: 'none' },",
    changes: [["'none'", "''"]],
    reason: 'Each decision forgets an isolation check that nothing asked for, and then it is none.',
  },
  {
    file: 'src/core/state.ts',
    text: "readiness: { is: 'unasked' },",
    changes: [["'unasked'", "''"]],
    reason: 'Each decision drops an answer that nothing asked for, and then it is unasked.',
  },
  ...(
    [
      ['until: (_, { pause }) => [pause?.until ?? null],', 'pause?.until ?? null', '(pause?.until)'],
      [
        'until: (_, { override }) => [override?.until ?? null],',
        'override?.until ?? null',
        '(override?.until)',
      ],
      [
        "until: (_, { isolation }) => [isolation.is === 'silent' ? isolation.againAt : null],",
        "isolation.is === 'silent'",
        'true',
      ],
      ["readiness.is === 'no' ? readiness.againAt : null,", "readiness.is === 'no'", 'true'],
    ] as const
  ).map(([text, was, now]) => ({
    file: 'src/core/expiry.ts',
    text,
    changes: [[was, now]] as const,
    reason: typeGuard,
  })),
]
