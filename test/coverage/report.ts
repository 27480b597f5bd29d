/** Branches of one source file. */
export interface Covered {
  /** From the project's root. */
  readonly path: string
  readonly total: number
  readonly covered: number
}

/** What has to be reached, in percent of all branches below the folder. */
const goals = [
  { folder: 'src/core/', percent: 100 },
  { folder: 'src/', percent: 90 },
] as const
const worstShown = 15

/** `coreAlone`: nothing but the policy was run. */
export function coverageReport(files: readonly Covered[], coreAlone: boolean): { text: string; ok: boolean } {
  const rows = (coreAlone ? goals.slice(0, 1) : goals).map(goal => {
    const percent = percentOf(files.filter(({ path }) => path.startsWith(goal.folder)))
    return { ...goal, reached: percent, ok: percent >= goal.percent }
  })
  const worst = [...files]
    .filter(({ total, covered }) => covered < total)
    // The policy first: there nothing may be missed.
    .sort((a, b) => Number(isCore(b)) - Number(isCore(a)) || a.covered / a.total - b.covered / b.total)
    .slice(0, worstShown)
  return {
    ok: rows.every(({ ok }) => ok),
    text: [
      ...rows.map(
        ({ folder, reached, percent, ok }) =>
          `${folder.padEnd(12)} ${reached.toFixed(2)} % of branches, ${percent} % are due${ok ? '' : ': MISSED'}`,
      ),
      ...(worst.length > 0 ? ['', 'least covered:'] : []),
      ...worst.map(({ path, total, covered }) => `  ${path.padEnd(44)} ${covered} of ${total}`),
    ].join('\n'),
  }
}

function isCore({ path }: Covered): boolean {
  return path.startsWith(goals[0].folder)
}

function percentOf(files: readonly Covered[]): number {
  const sum = (part: (file: Covered) => number) => files.reduce((all, file) => all + part(file), 0)
  const total = sum(file => file.total)
  return total === 0 ? 0 : (100 * sum(file => file.covered)) / total
}
