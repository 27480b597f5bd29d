import type { Mutant } from './mutators.ts'
import type { Explained } from './survivors.ts'
import type { Trial } from './trial.ts'

export interface Tried {
  readonly mutant: Mutant
  readonly trial: Trial
}

/** What a mutant is known by in survivors.ts, whatever line it stands on. */
function keyOf({ file, text }: Pick<Mutant, 'file' | 'text'>, was: string, now: string): string {
  return JSON.stringify([file, text, was, now])
}

function reasonsOf(rows: readonly Explained[]): ReadonlyMap<string, string> {
  return new Map(
    rows.flatMap(row => row.changes.map(([was, now]) => [keyOf(row, was, now), row.reason] as const)),
  )
}

export interface Report {
  readonly text: string
  /** No survivor without a reason, and no reason without a survivor. */
  readonly ok: boolean
}

/** `whole`: every mutant of the files was tried, so a reason that was not needed is out of date. */
export function reportOf(tried: readonly Tried[], rows: readonly Explained[], whole: boolean): Report {
  const reasons = reasonsOf(rows)
  const survivors = tried
    .filter(({ trial }) => trial.fate === 'survived')
    .map(({ mutant }) => {
      const key = keyOf(mutant, mutant.was, mutant.now)
      return { mutant, key, reason: reasons.get(key) }
    })
  const files = new Set(tried.map(({ mutant }) => mutant.file))
  const met = new Set(survivors.map(({ key }) => key))
  const idle = [...reasons.keys()].filter(key => !met.has(key) && files.has(JSON.parse(key)[0]))
  const unexplained = survivors.filter(({ reason }) => reason === undefined)
  const needless = whole ? idle : []
  return {
    ok: unexplained.length + needless.length === 0,
    text: [
      ...survivors.flatMap(({ mutant, reason }) => survivorLines(mutant, reason)),
      ...needless.map(key => `reason without a survivor: ${key}`),
      ...tableOf(tried, [...files]),
      '',
      `${survivors.length - unexplained.length} survivors with a reason, ${unexplained.length} without`,
    ].join('\n'),
  }
}

function survivorLines({ file, line, was, now }: Mutant, reason: string | undefined): string[] {
  return [`${file}:${line}: ${changeText(was, now)}`, `    ${reason ?? 'NO REASON'}`]
}

/** What was changed, on one line. */
export function changeText(was: string, now: string): string {
  return now === '' ? `removed: ${was}` : `${was}  ->  ${now}`
}

const columns = ['file', 'mutants', 'killed', 'timeouts', 'survived']

function tableOf(tried: readonly Tried[], files: readonly string[]): string[] {
  const counts = (of: readonly Tried[]) => {
    const having = (fate: string) => of.filter(({ trial }) => trial.fate === fate).length
    return [of.length, having('killed'), having('timeout'), having('survived')].map(String)
  }
  const rows = [
    columns,
    ...files.map(file => [file, ...counts(tried.filter(({ mutant }) => mutant.file === file))]),
    ['all', ...counts(tried)],
  ]
  return rows.map(([name = '', ...cells]) => name.padEnd(36) + cells.map(cell => cell.padStart(10)).join(''))
}
