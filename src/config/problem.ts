/** What is wrong in a configuration file, and where. */

export interface Problem {
  /** Counted from 1; null: of no line in particular. */
  readonly line: number | null
  readonly section?: string
  readonly key?: string
  /** What is wrong, what is expected; never a value that may hold a password. */
  readonly what: string
}

/** So many problems are listed; a file with more is not a configuration file. */
const mostProblems = 20

/** `FILE:LINE: [section] key: what is wrong, what is expected`; parts that do not apply are left out. */
export function problemText(file: string, problem: Problem): string {
  const place = problem.line === null ? file : `${file}:${problem.line}`
  const section = problem.section === undefined ? '' : ` [${shown(problem.section)}]`
  const key = problem.key === undefined ? '' : ` ${shown(problem.key)}:`
  return `${place}:${section}${key} ${problem.what}`
}

/** In the order of the file; problems of no line come first. */
export function problemTexts(file: string, problems: readonly Problem[]): string[] {
  const sorted = [...problems].sort((a, b) => (a.line ?? 0) - (b.line ?? 0))
  return sorted.map(problem => problemText(file, problem))
}

/** The first of many lines and how many more there are. */
export function firstOf(lines: readonly string[]): string[] {
  if (lines.length <= mostProblems) return [...lines]
  return [...lines.slice(0, mostProblems), `… and ${lines.length - mostProblems} more`]
}

/** A name of bnfos.conf, which may be any bytes, fit for a line: what is not printable ASCII is `?`. */
export function printableName(name: string): string {
  return name.replace(/[^\x20-\x7e]/g, '?').slice(0, 40)
}

/** A name from a file, fit for a terminal: what is no plain short word could be anything, a mangled login too. */
function shown(name: string): string {
  return /^[\w.-]{0,40}$/.test(name) ? name : '…'
}
