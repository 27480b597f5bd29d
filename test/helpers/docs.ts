import { readFileSync } from 'node:fs'
import { metricTable } from '../../src/cli/web/metrics.ts'
import { pageTable } from '../../src/cli/web/pages.ts'
import { renderReference } from '../../src/config/reference.ts'
import { type PhaseChange, stateMachinePage } from '../../src/core/state-diagram.ts'
import { invariants as simulated } from '../simulation/invariants.ts'
import { invariants as soaked } from '../soak/invariants.ts'
import { drawn, explore, explored } from './explore.ts'
import { houseTables } from './house.ts'
import { invariants as decided } from './invariants.ts'
import { manPages } from './man.ts'
import { wiringPictures } from './wiring.ts'

/** Every document that is printed from the program: path from the project's root → text. */
export function generatedDocs(): Readonly<Record<string, string>> {
  return {
    'docs/configuration.md': renderReference(),
    'docs/state-machine.md': stateMachinePage(phaseChanges()),
    'docs/architecture.md': printedInto('docs/architecture.md', { 'test/helpers/house.ts': houseTables() }),
    'docs/testing.md': printedInto('docs/testing.md', {
      'test/simulation/invariants.ts': sentences(simulated),
      'test/helpers/invariants.ts': sentences(decided),
      'test/soak/invariants.ts': sentences(soaked),
    }),
    'docs/operations.md': printedInto('docs/operations.md', {
      'src/cli/web/pages.ts': rowsOf('path', pageTable),
      'src/cli/web/metrics.ts': rowsOf('metric', metricTable),
    }),
    ...manPages(),
    ...wiringPictures(),
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

function sentences(rows: readonly { readonly name: string; readonly sentence: string }[]): string {
  const lines = rows.map(({ name, sentence }) => `| ${name} | ${sentence} |`)
  return ['| name | holds |', '|---|---|', ...lines].join('\n')
}

function rowsOf(title: string, table: Readonly<Record<string, { readonly about: string }>>): string {
  const lines = Object.entries(table).map(([name, { about }]) => `| \`${name}\` | ${about} |`)
  return [`| ${title} | |`, '|---|---|', ...lines].join('\n')
}

function phaseChanges(): PhaseChange[] {
  const changes: PhaseChange[] = []
  for (const name of drawn)
    explore(explored[name] ?? [], ({ before, after }) => {
      const known = changes.some(c => c.from === before.phase && c.to === after.phase)
      if (!known) changes.push({ from: before.phase, to: after.phase })
      return true
    })
  return changes
}
