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
  {
    file: 'src/core/failback.ts',
    text: 'holds: (_, state, now) => state.calledOffUntil !== null && now < state.calledOffUntil,',
    changes: [['state.calledOffUntil !== null', 'true']],
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
    file: 'src/core/learn.ts',
    text: "if (move?.stage === 'asking') change(turn, { move: { ...move, stage: 'agreed' } })",
    changes: [['...move', '']],
    reason:
      'Nothing but its stage is asked before the move that calls it off takes its place, in the same decision.',
  },
  {
    file: 'src/core/learn.ts',
    text: "if (!('question' in survey) || survey.question !== question) return",
    changes: [["!('question' in survey)", 'false']],
    reason: typeGuard,
  },
  {
    file: 'src/core/learn.ts',
    text: "change(turn, { judged: false, survey: { is: 'none' } })",
    changes: [["'none'", "''"]],
    reason: 'Nothing is lost then, so the same decision forgets whatever survey there is.',
  },
  {
    file: 'src/core/next-text.ts',
    text: 'return ageText(Math.max(1000, Math.ceil(ms / 1000) * 1000))',
    changes: [['1000', '1001']],
    reason: 'It is shown in whole seconds.',
  },
  {
    file: 'src/core/learn.ts',
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
  ...[
    `? \`would fail over after \${missing(settings, state, 'down')}\``,
    `: \`would decide after the first verdict: \${missing(settings, state, 'up')} or \${missing(settings, state, 'down')}\`,`,
  ].map(text => ({
    file: 'src/core/next-text.ts',
    text,
    changes: [["'down'", "''"]] as const,
    reason: "Only 'up' is asked for; whatever else stands here means down.",
  })),
  {
    file: 'src/core/operator.ts',
    text: 'if (turn.state.windowUntil !== null && turn.now.mono >= turn.state.windowUntil)',
    changes: [['turn.state.windowUntil !== null', 'true']],
    reason: 'What is closed is then closed again.',
  },
  ...[
    "unconfigured: { relays: 'watch', automatic: false, meaning: 'no bnfos.conf: nothing is driven' },",
    "relays: 'watch',",
    "paused: { relays: 'watch', automatic: false, meaning: 'paused by an operator: nothing is driven' },",
    "starting: { relays: 'watch', automatic: true, meaning: 'no verdict on the master yet' },",
    "isolated: { relays: 'watch', automatic: true, meaning: 'nothing answers: the fault is on this side' },",
  ].map(text => ({
    file: 'src/core/phases.ts',
    text,
    changes: [["'watch'", "''"]] as const,
    reason: "Only 'hold' is asked for; whatever else stands here means to watch.",
  })),
  {
    file: 'src/core/rise-fall.ts',
    text: "streak: { outcome: 'answered', count: 0 },",
    changes: [["'answered'", "''"]],
    reason: 'None of any kind is none.',
  },
  {
    file: 'src/core/role-table.ts',
    text: "when: ({ state, now }) => state.survey.is === 'silent' && now.mono >= state.survey.againAt,",
    changes: [["state.survey.is === 'silent'", 'true']],
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
    text: "survey: { is: 'none' },",
    changes: [["'none'", "''"]],
    reason: 'Each decision forgets a survey that nothing asked for, and then it is none.',
  },
  {
    file: 'src/core/state.ts',
    text: "readiness: { is: 'unasked' },",
    changes: [["'unasked'", "''"]],
    reason: 'Each decision forgets an answer that nothing asked for, and then it is unasked.',
  },
  ...(
    [
      ['state.pause?.until ?? null,', 'state.pause?.until ?? null', '(state.pause?.until)'],
      ['state.override?.until ?? null,', 'state.override?.until ?? null', '(state.override?.until)'],
      ["survey.is === 'silent' ? survey.againAt : null,", "survey.is === 'silent'", 'true'],
      ["readiness.is === 'no' ? readiness.againAt : null,", "readiness.is === 'no'", 'true'],
    ] as const
  ).map(([text, was, now]) => ({
    file: 'src/core/wake.ts',
    text,
    changes: [[was, now]] as const,
    reason: typeGuard,
  })),
]
