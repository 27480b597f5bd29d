import { expiries } from '../../src/core/expiry.ts'
import { phaseTable } from '../../src/core/phases.ts'
import { otherRole, type Role } from '../../src/core/role.ts'
import { type Rule, rules, timeRules } from '../../src/core/rules.ts'

/** One rule that fired, and where the lines were decided to be before it and after it. */
export interface RuleArrow {
  readonly from: Role
  readonly to: Role
  readonly rule: string
}

/** The arrows of one decision: the rules that fired, one after the other, from the role that was. */
export function arrowsOf(before: Role, fired: readonly string[]): RuleArrow[] {
  let from = before
  return fired.map(rule => {
    const { to: where } = [...timeRules, ...rules].find(({ id }) => id === rule) as Rule
    const to = where === 'either' ? otherRole(from) : (where ?? from)
    const arrow = { from, to, rule }
    from = to
    return arrow
  })
}

/**
 * docs/state-machine.md: the two roles with the rules between them, then the tables of the policy. `arrows`: every
 * rule that a walk over all states and events has seen fire.
 */
export function stateMachinePage(arrows: readonly RuleArrow[]): string {
  return [
    '# How it decides',
    '',
    'Printed from the tables in `src/core` by `npm run docs`. The boxes are where the lines are decided to be; phases are',
    'in the second table. An arrow is a rule, by the id that is also in the log at `level = debug`, and was met by a walk',
    'over the reachable states and every event. `follow-trip` and `undo-trip` are for one server in front of a PBX only.',
    '',
    '```mermaid',
    ...diagram(arrows),
    '```',
    '',
    '## Rules',
    '',
    'What the daemon does by itself (`src/core/rules.ts`). Each has its whole guard. The time rules (the first three)',
    'are evaluated before the event is applied, the others after it, until none holds any more.',
    '',
    '| rule | when and why | moves the lines |',
    '|---|---|---|',
    ...[...timeRules, ...rules].map(ruleLine),
    '',
    '## Phases',
    '',
    'Then the facts give the phase: the first that holds (`src/core/phases.ts`).',
    '',
    '| phase | relays | automatic | meaning |',
    '|---|---|---|---|',
    ...Object.entries(phaseTable).map(
      ([phase, { relays, automatic, meaning }]) =>
        `| ${phase} | ${relays === 'enforce' ? 'driven' : 'only read'} | ${automatic ? 'yes' : 'no'} | ${meaning} |`,
    ),
    '',
    '## What is known for a while',
    '',
    'A fact that answers a question counts only while the question is open (`src/core/expiry.ts`).',
    '',
    '| fact | counts |',
    '|---|---|',
    ...expiries.map(({ fact, counts }) => `| ${fact} | ${counts} |`),
    '',
  ].join('\n')
}

const lines = { master: 'to the master', slave: 'to the slave', either: 'to the other one' } as const

function ruleLine({ id, why, to }: Rule): string {
  return `| ${id} | ${why} | ${to ? lines[to] : ''} |`
}

const roles = ['master', 'slave'] as const

function diagram(arrows: readonly RuleArrow[]): string[] {
  const drawn = roles.flatMap(from => roles.flatMap(to => arrowLine(arrows, from, to)))
  return [
    'stateDiagram-v2',
    '  state "lines at the master" as master',
    '  state "lines at the slave" as slave',
    ...drawn,
  ]
}

/** One arrow with the ids of its rules, in the order of the tables. */
function arrowLine(arrows: readonly RuleArrow[], from: Role, to: Role): string[] {
  const seen = new Set(arrows.filter(arrow => arrow.from === from && arrow.to === to).map(({ rule }) => rule))
  const ids = [...timeRules, ...rules].map(({ id }) => id).filter(id => seen.has(id))
  return ids.length > 0 ? [`  ${from} --> ${to}: ${ids.join(', ')}`] : []
}
