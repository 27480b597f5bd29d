import { readdirSync } from 'node:fs'
import { sourcesOf } from './bundle.ts'
import { tryMutant } from './trial.ts'

interface Target {
  /** A file, or a folder with all its files, but not those of folders in it. */
  readonly source: string
  /** The tests that have to notice, alike. */
  readonly tests: readonly string[]
  /** Only when `--file` names a part of its path: its tests open sockets, and survivors have no reasons yet. */
  readonly onRequest?: true
}

const ofTheCore = ['test/core', 'test/core/relay', 'test/scenarios']

const targets: readonly Target[] = [
  { source: 'src/core', tests: ofTheCore },
  { source: 'src/core/relay', tests: ofTheCore },
  { source: 'src/relays/relay.ts', tests: ['test/relays'], onRequest: true },
  { source: 'src/relays/relay-bank.ts', tests: ['test/relays'], onRequest: true },
]

/** A source file with the tests that bring it in, quickest first. */
export interface Plan {
  readonly file: string
  readonly tests: readonly string[]
  /** What the tests take on the source as it is. */
  readonly ms: number
}

/** Says again, of every sequence, what the walk over all states says of every state: too long for each mutant. */
const leftOut = ['test/core/every-word.test.ts']
/** Left out as well when it has to be quick. */
const exhaustive = ['test/core/decide.test.ts', 'test/core/relay/every-relay.test.ts']

/** Runs every test once on the source as it is; throws when one fails. `wanted`: part of a source file's path. */
export async function planTrials(wanted: string, directory: string, quick: boolean): Promise<Plan[]> {
  const without = quick ? [...leftOut, ...exhaustive] : leftOut
  const rows = targets
    .filter(({ onRequest }) => !onRequest || wanted !== '')
    .map(({ source, tests }) => ({
      files: filesIn(source, '.ts').filter(file => file.includes(wanted)),
      tests: tests.flatMap(path => filesIn(path, '.test.ts')).filter(test => !without.includes(test)),
    }))
    .filter(({ files }) => files.length > 0)
  const known = new Map<string, Known>()
  for (const test of new Set(rows.flatMap(row => row.tests))) known.set(test, await measure(test, directory))
  return rows.flatMap(({ files, tests }) => files.map(file => planOf(file, tests, known)))
}

interface Known {
  readonly sources: ReadonlySet<string>
  readonly ms: number
}

async function measure(test: string, directory: string): Promise<Known> {
  const [sources, trial] = [
    await sourcesOf(test),
    await tryMutant([test], null, directory, 'unchanged', 300_000),
  ]
  if (trial.fate !== 'survived') throw new Error(`${test} fails on the source as it is: ${trial.by}`)
  return { sources, ms: trial.ms }
}

function planOf(file: string, tests: readonly string[], known: ReadonlyMap<string, Known>): Plan {
  const msOf = (test: string) => known.get(test)?.ms ?? 0
  const bringing = tests.filter(test => known.get(test)?.sources.has(file))
  const sorted = bringing.sort((a, b) => msOf(a) - msOf(b))
  return { file, tests: sorted, ms: sorted.reduce((sum, test) => sum + msOf(test), 0) }
}

/** A file itself, or those of a folder with this ending. */
function filesIn(path: string, ending: string): string[] {
  if (path.endsWith('.ts')) return [path]
  return readdirSync(path)
    .filter(name => name.endsWith(ending))
    .sort()
    .map(name => `${path}/${name}`)
}
