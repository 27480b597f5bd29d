import type { Patch } from './bundle.ts'

export interface PlantedBug {
  readonly slip: string
  readonly invariant: string
  readonly patches: readonly Patch[]
}

/** Slips that a person could make, and the invariant that has to notice each. */
export const plantedBugs: readonly PlantedBug[] = [
  {
    slip: 'one failure too few is enough',
    invariant: 'verdict',
    patches: [
      {
        file: 'src/core/rise-fall.ts',
        from: "verdict: count >= fall ? 'down' : state.verdict",
        to: "verdict: count >= fall - 1 ? 'down' : state.verdict",
      },
    ],
  },
  {
    slip: 'a master that answers again is left all the same',
    invariant: 'evidence',
    patches: [
      {
        file: 'src/core/rise-fall.ts',
        from: "streak.outcome === 'failed' && streak.count >= check.fall",
        to: "checkState(checks, check.name).verdict === 'down'",
      },
    ],
  },
  {
    slip: 'a survey that nobody answered lets the lines move',
    invariant: 'not-here',
    patches: [
      {
        file: 'src/core/learn.ts',
        from: "if (survey.is === 'asked' && answering !== null)",
        to: "if (survey.is === 'asked')",
      },
    ],
  },
  {
    slip: 'a failover that has moved nothing is not called off',
    invariant: 'needless',
    patches: [
      {
        file: 'src/core/role-table.ts',
        from: "when: ({ state }) => isUnbegun(state) && state.verdict === 'up',",
        to: 'when: () => false,',
      },
      {
        file: 'src/core/role-table.ts',
        from: 'when: ({ settings, state }) => isUnbegun(state) && mayBeWell(settings.checks, state.checks),',
        to: 'when: () => false,',
      },
    ],
  },
  {
    slip: 'the line of a switch is forgotten now and then',
    invariant: 'lines',
    patches: [
      {
        file: 'src/core/convergence.ts',
        from: 'lines.push(switchedLine(relay, mode, now.mono))',
        to: 'if (relay.failures === 0) lines.push(switchedLine(relay, mode, now.mono))',
      },
    ],
  },
  {
    slip: 'a pause goes on driving',
    invariant: 'still',
    patches: [
      { file: 'src/core/phases.ts', from: "paused: { relays: 'watch'", to: "paused: { relays: 'hold'" },
    ],
  },
  {
    slip: 'the lines go back at the first answer',
    invariant: 'stable',
    patches: [
      {
        file: 'src/core/failback.ts',
        from: 'now - state.upSince >= settings.failback.stableForMs',
        to: 'now - state.upSince >= 0',
      },
    ],
  },
  {
    slip: 'ready_command is not heard',
    invariant: 'asks',
    patches: [
      {
        file: 'src/core/failback.ts',
        from: "if (failback.readyCommand === null || readiness.is === 'yes') return true",
        to: "if (failback.readyCommand === null || readiness.is !== 'unasked') return true",
      },
    ],
  },
  {
    slip: 'flapping is forgotten',
    invariant: 'flapping',
    patches: [
      {
        file: 'src/core/failback.ts',
        from: 'holds: (_, state) => state.flapping,',
        to: 'holds: () => false,',
      },
    ],
  },
  {
    slip: 'an override does not stop a failover',
    invariant: 'override',
    patches: [
      {
        file: 'src/core/role-table.ts',
        from: 'state.pause === null && state.override === null',
        to: 'state.pause === null',
      },
      {
        file: 'src/core/role-table.ts',
        from: 'when: ({ state }) => state.override !== null },',
        to: "when: ({ state }) => state.override !== null && state.verdict !== 'down' },",
      },
    ],
  },
  {
    slip: 'a before_master that says no leaves what it did',
    invariant: 'undone',
    patches: [
      {
        file: 'src/core/learn.ts',
        from: 'callOffByHook(turn, detail)',
        to: 'change(turn, { move: null })',
      },
    ],
  },
  {
    slip: 'a hook that brings down the daemon is run for ever',
    invariant: 'cut off',
    patches: [
      {
        file: 'src/core/moving.ts',
        from: 'cuts: move.cuts + 1 }',
        to: 'cuts: move.cuts }',
      },
    ],
  },
  {
    slip: 'a relay whose master sits on D is told the other mode',
    invariant: 'role',
    patches: [
      {
        file: 'src/relays/relay.ts',
        from: 'role && modeFor(role, this.settings.invert)',
        to: 'role && modeFor(role, false)',
      },
    ],
  },
  {
    slip: 'a start takes the role from the relays',
    invariant: 'status',
    patches: [
      {
        file: 'src/core/stored-state.ts',
        from: '    role: stored.role,\n    roleSinceWall',
        to: "    role: 'master',\n    roleSinceWall",
      },
    ],
  },
  {
    slip: 'a relay that failed is not tried again',
    invariant: 'calm',
    patches: [
      {
        file: 'src/relays/relay.ts',
        from: 'return this.pause(this.retryMs())',
        to: 'return this.pause(3_600_000 * 1000)',
      },
    ],
  },
  {
    slip: 'a failback does not wait for its window',
    invariant: 'window',
    patches: [
      {
        file: 'src/core/failback.ts',
        from: "failback.policy === 'window' && state.windowUntil === null",
        to: "failback.policy === 'window' && state.windowUntil === 0",
      },
    ],
  },
  {
    slip: 'the wall clock ends an order within one boot',
    invariant: 'as-ordered',
    patches: [
      {
        file: 'src/core/stored-state.ts',
        from: 'const stood = sameBoot && savedAt ? savedAt : now',
        to: 'const stood = now',
      },
    ],
  },
  {
    slip: 'a line that the collector refuses is dropped',
    invariant: 'log',
    patches: [
      {
        file: 'src/system/line-sender.ts',
        from: "if (result !== 'sent' && result !== 'EMSGSIZE') return result",
        to: "if (result === 'EAGAIN') return result",
      },
    ],
  },
  {
    slip: 'a new moment to wake at leaves the timer of the one before',
    invariant: 'bounded',
    patches: [
      {
        file: 'src/daemon/event-loop.ts',
        from: 'this.wakeTimer?.cancel()\n      this.wakeTimer =',
        to: 'this.wakeTimer =',
      },
    ],
  },
  {
    slip: 'a survey is asked for without a note that it was',
    invariant: 'sound',
    patches: [
      {
        file: 'src/core/role-table.ts',
        from: 'change(turn, { questions: question, survey: { is, question } })',
        to: 'change(turn, { questions: question })',
      },
    ],
  },
]
