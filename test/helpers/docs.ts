import { readFileSync } from 'node:fs'
import { renderReference } from '../../src/config/reference.ts'
import { type PhaseChange, stateMachinePage } from '../../src/core/state-diagram.ts'
import { drawn, explore, explored } from './explore.ts'
import { houseTables } from './house.ts'
import { manPages } from './man.ts'
import { wiringPictures } from './wiring.ts'

/** Every document that is printed from the program: path from the project's root → text. */
export function generatedDocs(): Readonly<Record<string, string>> {
  return {
    'docs/configuration.md': renderReference(),
    'docs/state-machine.md': stateMachinePage(phaseChanges()),
    'docs/architecture.md': withTables('docs/architecture.md', houseTables()),
    ...manPages(),
    ...wiringPictures(),
  }
}

/** The page as it stands, with what is between the two marks printed anew. */
function withTables(path: string, tables: string): string {
  const [begin, end] = ['<!-- printed from test/helpers/house.ts -->\n\n', '\n\n<!-- end -->']
  const page = readFileSync(path, 'utf8')
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`${path} lacks the marks between which the tables stand`)
  return page.slice(0, from + begin.length) + tables + page.slice(to)
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
