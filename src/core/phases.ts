import type { Phase } from './state.ts'

/** What each phase is to the relays and to people. */
export interface PhaseRow {
  /** hold: every relay is kept at the role's mode · watch: relays are read, none is driven. */
  readonly relays: 'hold' | 'watch'
  /** Whether verdicts may change the role. */
  readonly automatic: boolean
  readonly meaning: string
}

export const phaseTable: Readonly<Record<Phase, PhaseRow>> = {
  unconfigured: {
    relays: 'watch',
    automatic: false,
    meaning: 'no bnfos.conf, or no master is named: nothing is driven',
  },
  passive: {
    relays: 'watch',
    automatic: false,
    meaning: 'this node is not the secondary: nothing is driven',
  },
  paused: { relays: 'watch', automatic: false, meaning: 'paused by an operator: nothing is driven' },
  forced: {
    relays: 'hold',
    automatic: false,
    meaning: 'role pinned by an operator: automatic failover is off',
  },
  starting: { relays: 'watch', automatic: true, meaning: 'no verdict on the master yet' },
  suspect: {
    relays: 'watch',
    automatic: true,
    meaning: 'the master is down: relays and witnesses are asked; or it is back before a line has moved',
  },
  isolated: { relays: 'watch', automatic: true, meaning: 'nothing answers: the fault is on this side' },
  steady: { relays: 'hold', automatic: true, meaning: 'the lines are where the verdict wants them' },
  recovering: { relays: 'hold', automatic: true, meaning: 'the master is up again, not yet for long enough' },
  waiting: { relays: 'hold', automatic: true, meaning: 'the master is well, the failback is held' },
}
