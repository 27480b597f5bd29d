import type { InvariantName } from '../helpers/invariant-table.ts'
import type { Patch } from './bundle.ts'
import type { PlanKind } from './plan.ts'

interface PlantedBug {
  readonly slip: string
  readonly invariant: InvariantName
  /** Default pair. */
  readonly kind?: PlanKind
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
        from: 'return check.required && enough && (begunSince === null || (failureBegun ?? 0) >= begunSince)',
        to: "return check.required && (enough || verdict === 'down') && (begunSince === null || failureBegun !== null)",
      },
    ],
  },
  {
    slip: 'an isolation check that nobody answered lets the lines move',
    invariant: 'answer',
    patches: [
      {
        file: 'src/core/isolation.ts',
        from: "if (answering === null) nobodyAnswers(draft, isolation.is === 'asked')",
        to: "if (answering === null) answered(draft, 'nobody', 0)",
      },
    ],
  },
  {
    slip: 'a late answer to the isolation check is as good as a quick one',
    invariant: 'whole',
    patches: [{ file: 'src/core/isolation.ts', from: 'silentMs <= promptMs(draft)', to: 'silentMs <= 1e9' }],
  },
  {
    slip: 'a failover that has moved nothing is not called off',
    invariant: 'needless',
    patches: [
      {
        file: 'src/core/rules.ts',
        from: 'isBack(situation.settings.checks, situation.state)',
        to: 'false',
      },
      {
        file: 'src/core/phases.ts',
        from: '(isFailoverNotStarted(state) && mayBeWell(decidingChecks(checks, state), state.checks)) ||',
        to: 'false ||',
      },
    ],
  },
  {
    slip: 'the line of a switch is forgotten now and then',
    invariant: 'lines',
    patches: [
      {
        file: 'src/core/relay/convergence.ts',
        from: '  if (ours) {',
        to: '  if (ours && relay.failures === 0) {',
      },
    ],
  },
  {
    slip: 'a pause goes on driving',
    invariant: 'still',
    patches: [
      {
        file: 'src/core/phases.ts',
        from: "when: ({ state }) => state.pause !== null,\n    relays: 'observe',",
        to: "when: ({ state }) => state.pause !== null,\n    relays: 'enforce',",
      },
    ],
  },
  {
    slip: 'the lines go back at the first answer',
    invariant: 'stable',
    patches: [
      {
        file: 'src/core/failback.ts',
        from: 'now.mono - state.upSince >= settings.failback.stableForMs',
        to: 'now.mono - state.upSince >= 0',
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
        file: 'src/core/phases.ts',
        from: 'when: ({ state }) => state.override !== null,',
        to: "when: ({ state }) => state.override !== null && state.verdict !== 'down',",
      },
    ],
  },
  {
    slip: 'a before_master that says no leaves what it did',
    invariant: 'undone',
    patches: [
      {
        file: 'src/core/rules.ts',
        from: "cancelByHook(draft, draft.state.move?.hookRefusal ?? '')",
        to: 'set(draft, { move: null })',
      },
    ],
  },
  {
    slip: 'a hook that brings down the daemon is run for ever',
    invariant: 'interrupted',
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
        from: 'this.wakeTimer?.cancel()\n    this.wakeTimer = at',
        to: 'this.wakeTimer = at',
      },
    ],
  },
  {
    slip: 'an isolation check is asked for without a note that it was',
    invariant: 'sound',
    patches: [
      {
        file: 'src/core/isolation.ts',
        from: 'set(draft, { questions: question, isolation: { is, question, ...(wasLate && { wasLate }) } })',
        to: 'set(draft, { questions: question })',
      },
    ],
  },
  {
    slip: 'a move waits for the reading that is under way',
    invariant: 'told',
    patches: [
      {
        file: 'src/relays/relay.ts',
        from: 'if (mustTell(this.state)) this.stopReading?.abort(stopReason)',
        to: '',
      },
    ],
  },
  {
    slip: 'a start within one boot asks no relay for the role',
    invariant: 'undoes',
    patches: [
      {
        file: 'src/core/discovery.ts',
        from: "stored !== null && !stored.adopting ? 'due' : 'none'",
        to: "stored === null ? 'due' : 'none'",
      },
    ],
  },
  {
    slip: 'status does not say that the state is not saved',
    invariant: 'findings',
    patches: [
      {
        file: 'src/daemon/assembly.ts',
        from: "reports.report('state-unsaved', name, problem)",
        to: "if (name !== stateFileName) reports.report('state-unsaved', name, problem)",
      },
    ],
  },
  {
    slip: 'a device at the address of another is driven as before',
    invariant: 'calm',
    patches: [
      {
        file: 'src/relays/identity.ts',
        from: 'return { settings: { ...own, invert, login }, stranger }',
        to: 'return { settings: own, stranger }',
      },
    ],
  },
  {
    slip: 'a second daemon starts beside one whose control socket is lost',
    invariant: 'alone',
    patches: [
      {
        file: 'src/daemon/only-one.ts',
        from: "if (lock.is === 'taken') return",
        to: "if (lock.is === 'impossible') return",
      },
    ],
  },
  {
    slip: 'a command stores its order beside a daemon whose control socket is lost',
    invariant: 'alone',
    patches: [
      {
        file: 'src/daemon/store-order.ts',
        from: "if (lock.is === 'taken')",
        to: "if (lock.is === 'impossible')",
      },
    ],
  },
  {
    slip: 'a ready_command that kills each daemon is run by the next one all the same',
    invariant: 'waits',
    patches: [
      {
        file: 'src/daemon/command-trials.ts',
        from: 'if (ends >= mostChance) {',
        to: 'if (ends >= 100 * mostChance) {',
      },
    ],
  },
  {
    slip: 'a state that can not be read is taken for none',
    invariant: 'findings',
    patches: [
      {
        file: 'src/daemon/state-store.ts',
        from: "lost: state.is === 'unusable' ? 'all of it' : null }",
        to: 'lost: null }',
      },
    ],
  },
  {
    slip: 'status does not say that there is no lock to be had',
    invariant: 'findings',
    patches: [
      {
        file: 'src/daemon/daemon.ts',
        from: "    reports.report('other-program', 'lock', text)\n",
        to: '',
      },
    ],
  },
  {
    slip: 'a server that is down is kicked for where the lines are pinned to it',
    invariant: 'kicks end',
    kind: 'bypass',
    patches: [
      {
        file: 'src/core/bypass.ts',
        from: "pause !== null || (role === 'master' && verdict !== 'down')",
        to: "pause !== null || (role === 'master' && verdict !== null)",
      },
    ],
  },
  {
    slip: 'the kicks come again as soon as the server is up',
    invariant: 'no kick',
    kind: 'bypass',
    patches: [
      {
        file: 'src/core/bypass.ts',
        from: "pause !== null || (role === 'master' && verdict !== 'down')",
        to: "pause !== null || verdict !== 'down'",
      },
    ],
  },
  {
    slip: 'a server in front of a PBX is left after an isolation check that nobody makes',
    invariant: 'bypassed',
    kind: 'bypass',
    patches: [
      {
        file: 'src/core/isolation.ts',
        from: "set(draft, { isolation: { is: 'answered', by: '' } })",
        to: "set(draft, { isolation: { is: 'silent', againAt: draft.now.mono + 600_000 } })",
      },
    ],
  },
  {
    slip: 'a device that may have tripped is not told from one that another hand has switched',
    invariant: 'returns',
    kind: 'bypass',
    patches: [
      {
        file: 'src/core/relay/watchdog.ts',
        from: 'if (!watchdogKept || !isBypassed || wanted === 0 || pendingSwitch === 1) return null',
        to: 'if (!watchdogKept || !isBypassed || wanted !== 9 || pendingSwitch === 1) return null',
      },
    ],
  },
  {
    slip: 'the watchdog is turned off at the end, as on a pair',
    invariant: 'unwatched',
    kind: 'bypass',
    patches: [
      {
        file: 'src/relays/relay.ts',
        from: 'this.ended.abort()\n',
        to: "this.ended.abort()\n    if (this.kicker) await this.device.write('wdog', '0', new AbortController().signal, () => {})\n",
      },
    ],
  },
]
