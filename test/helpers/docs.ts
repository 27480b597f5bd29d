import { readFileSync } from 'node:fs'
import { wrap } from '../../src/cli/table.ts'
import { metricTable } from '../../src/cli/web/metrics.ts'
import { pageTable } from '../../src/cli/web/pages.ts'
import { checkTypeTable } from '../../src/config/check-rows.ts'
import type { Role } from '../../src/core/role.ts'
import type { StoredState } from '../../src/core/stored-state.ts'
import { invariants as simulated } from '../simulation/invariants.ts'
import { invariants as soaked } from '../soak/invariants.ts'
import { drawn, explore, explored, exploredBypass } from './explore.ts'
import { type InvariantName, invariantTable } from './invariant-table.ts'
import { invariants as decided } from './invariants.ts'
import { manPages } from './man.ts'
import { moduleTables } from './modules.ts'
import { renderReference } from './reference.ts'
import { sampleConfig } from './sample-config.ts'
import { arrowsOf, type RuleArrow, stateMachinePage } from './state-diagram.ts'
import type { Step } from './step.ts'
import { timelinePicture } from './timeline.ts'
import { wiringPictures } from './wiring.ts'

/** Every document that is printed from the program: path from the project's root → text. */
export function generatedDocs(): Readonly<Record<string, string>> {
  return {
    'config/berofosd.conf': sampleConfig(),
    'docs/configuration.md': renderReference(),
    'docs/state-machine.md': stateMachinePage(ruleArrows()),
    'docs/architecture.md': printedInto('docs/architecture.md', {
      'test/helpers/modules.ts': moduleTables(),
    }),
    'docs/testing.md': printedInto('docs/testing.md', {
      'test/helpers/invariant-table.ts': invariantRows(),
    }),
    'docs/operations.md': printedInto('docs/operations.md', {
      'src/config/check-rows.ts': checkTypeItems(),
      'src/cli/web/pages.ts': rowsOf('path', pageTable),
      'src/cli/web/metrics.ts': rowsOf('metric', metricTable),
    }),
    ...manPages(),
    ...wiringPictures(),
    ...timelinePicture(),
  }
}

/** The page as it stands, with what is between the marks of each source printed anew. */
function printedInto(path: string, tables: Readonly<Record<string, string>>): string {
  return Object.entries(tables).reduce(
    (page, [source, table]) => {
      const [begin, end] = [`<!-- printed from ${source} -->\n`, '\n<!-- end -->']
      const from = page.indexOf(begin)
      const to = page.indexOf(end, from)
      if (from < 0 || to < from) throw new Error(`${path} lacks the marks between which ${source} is printed`)
      return `${page.slice(0, from + begin.length)}\n${table}\n${page.slice(to)}`
    },
    readFileSync(path, 'utf8'),
  )
}

/** Each invariant once, and which suites ask for it. */
function invariantRows(): string {
  const suites = [decided, simulated, soaked].map(list => new Set(list.map(({ name }) => name)))
  const lines = Object.entries(invariantTable).map(([name, sentence]) => {
    const asked = suites.map(names => (names.has(name as InvariantName) ? 'x' : ''))
    return `| ${name} | ${sentence} | ${asked.join(' | ')} |`
  })
  return ['| name | holds | explored | simulated | soak |', '|---|---|---|---|---|', ...lines].join('\n')
}

/** What each type of check is for, as a list. */
function checkTypeItems(): string {
  const items = Object.entries(checkTypeTable).flatMap(([type, { about }]) =>
    wrap(`**${type}**: ${about}`, 118).map((line, number) => `${number === 0 ? '- ' : '  '}${line}`),
  )
  return items.join('\n')
}

function rowsOf(title: string, table: Readonly<Record<string, { readonly about: string }>>): string {
  const lines = Object.entries(table).map(([name, { about }]) => `| \`${name}\` | ${about} |`)
  return [`| ${title} | |`, '|---|---|', ...lines].join('\n')
}

/** So many steps of the walk through the states of a server in front of a PBX meet the rules that a pair has not. */
const bypassSteps = 20_000

function ruleArrows(): RuleArrow[] {
  const arrows: RuleArrow[] = []
  const add = ({ before, event, rules }: Step) => {
    // While it is not known there is no role to come from.
    const role = event.kind === 'started' ? knownRole(event.stored) : before.roleUnknown ? null : before.role
    if (role !== null) arrows.push(...arrowsOf(role, rules))
  }
  for (const name of drawn)
    explore(explored[name] ?? [], step => {
      add(step)
      return true
    })
  let steps = 0
  explore(exploredBypass, step => {
    add(step)
    return ++steps < bypassSteps
  })
  return arrows
}

function knownRole(stored: StoredState | null): Role | null {
  return stored === null || stored.adopting ? null : stored.role
}
