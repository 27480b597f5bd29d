import { phaseTable } from './phases.ts'
import { roleTable } from './role-table.ts'
import { type Phase, phases } from './state.ts'

/** One observed change of phase, and the comment of the row that it rests on. */
export interface PhaseChange {
  readonly from: Phase
  readonly to: Phase
}

/** Entered from anywhere at an operator's or the machine's word: drawn once, not from each phase. */
const fromAnywhere: readonly Phase[] = ['unconfigured', 'passive', 'paused', 'forced']

/**
 * docs/state-machine.md: the phases, the rows of the policy in their order, and a diagram of the changes that
 * can happen. `changes`: every change that a walk over all states and events has met.
 */
export function stateMachinePage(changes: readonly PhaseChange[]): string {
  return [
    '# How it decides',
    '',
    'Printed from the tables in `src/core` by `npm run docs`; the arrows are those that a walk over every',
    'reachable state and every event has met.',
    '',
    '```mermaid',
    ...diagram(changes),
    '```',
    '',
    `${fromAnywhere.join(', ')} are entered from any phase, in this order of precedence, and left to`,
    'whatever the facts then say.',
    '',
    '## Phases',
    '',
    '| phase | relays | automatic | meaning |',
    '|---|---|---|---|',
    ...phases.map(phaseLine),
    '',
    '## Rows',
    '',
    'Asked from the top; the first row that holds gives the phase. A row that *moves on* changes something and',
    'the table is asked again.',
    '',
    '| phase | when | |',
    '|---|---|---|',
    ...roleTable.map(({ phase, comment, act }) => `| ${phase} | ${comment} | ${act ? 'moves on' : ''} |`),
    '',
  ].join('\n')
}

function phaseLine(phase: Phase): string {
  const { relays, automatic, meaning } = phaseTable[phase]
  return `| ${phase} | ${relays === 'hold' ? 'driven' : 'only read'} | ${automatic ? 'yes' : 'no'} | ${meaning} |`
}

function diagram(changes: readonly PhaseChange[]): string[] {
  const drawn = (phase: Phase) => !fromAnywhere.includes(phase)
  const arrows = changes
    .filter(({ from, to }) => from !== to && drawn(from) && drawn(to))
    .map(({ from, to }) => `  ${from} --> ${to}`)
  return ['stateDiagram-v2', '  [*] --> starting', ...[...new Set(arrows)].sort()]
}
