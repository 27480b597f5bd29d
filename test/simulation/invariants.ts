import {
  bypassedInTime,
  bypassedWithoutDaemon,
  kicksEnd,
  noKickWhileBypassed,
  returnsByTheRules,
} from './invariants-of-bypass.ts'
import { bounded, calmWorld, statusIsTrue } from './invariants-of-calm.ts'
import {
  failbackAsks,
  failbackNeedsAStableMaster,
  failbackNeedsItsWindow,
  failbackStopsFlapping,
} from './invariants-of-failback.ts'
import { wrongIsSaid } from './invariants-of-findings.ts'
import { commandsEndNoThirdLife, hooksStopNoMove, undoesWhatItBegan } from './invariants-of-hooks.ts'
import { everyLineArrives, noBug, oneLineForEachChange } from './invariants-of-lines.ts'
import {
  failoverNeedsAnAnswer,
  failoverNeedsAWholeNetwork,
  failoverNeedsFailures,
  noNeedlessFailover,
  nothingWhileStill,
  ordersLast,
  overrideHolds,
  rolesRule,
  verdictsAreCounted,
} from './invariants-of-moves.ts'
import { movesTellEveryRelay, onlyOneActs, startsUndoNothing } from './invariants-of-orders.ts'
import type { Invariant } from './view.ts'

/** Everything that has to hold, in the order in which docs/testing.md tells it. */
export const invariants: readonly Invariant[] = [
  nothingWhileStill,
  verdictsAreCounted,
  failoverNeedsFailures,
  failoverNeedsAnAnswer,
  failoverNeedsAWholeNetwork,
  noNeedlessFailover,
  failbackNeedsAStableMaster,
  failbackNeedsItsWindow,
  failbackAsks,
  failbackStopsFlapping,
  rolesRule,
  overrideHolds,
  ordersLast,
  movesTellEveryRelay,
  startsUndoNothing,
  onlyOneActs,
  kicksEnd,
  noKickWhileBypassed,
  bypassedInTime,
  bypassedWithoutDaemon,
  returnsByTheRules,
  undoesWhatItBegan,
  hooksStopNoMove,
  commandsEndNoThirdLife,
  oneLineForEachChange,
  everyLineArrives,
  calmWorld,
  statusIsTrue,
  wrongIsSaid,
  bounded,
  noBug,
]
