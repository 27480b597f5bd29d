import { durationText } from '../../src/core/duration.ts'
import { invariantTable } from '../helpers/invariant-table.ts'
import type { Found } from './invariants.ts'
import type { SoakResult } from './soak.ts'
import type { Tally } from './tally.ts'

/** `12:03 of 30:00 round 3 chaos: 45 faults, 6 kills, 7 failovers, 80 changes, ok`, at most 80 columns. */
export function progressLine(
  tally: Tally,
  elapsedMs: number,
  forMs: number,
  phase: string,
  violations: number,
): string {
  const { rounds, faults, kills, failovers, changes } = tally
  const verdict = violations === 0 ? 'ok' : `${violations} VIOLATED`
  const counts = `${faults} faults, ${kills} kills, ${failovers} failovers, ${changes} moves`
  return `${clock(elapsedMs)}/${clock(forMs)} round ${rounds} ${phase}: ${counts}, ${verdict}`.slice(0, 80)
}

/** The figures of a soak, a line each. */
export function tableOf({ tally, elapsedMs, violations, hasDisk }: SoakResult): string[] {
  const rows: [string, number | string][] = [
    ['time', clock(elapsedMs)],
    ['rounds', tally.rounds],
    ['faults', tally.faults],
    ...sorted(tally.deeds).map(([name, count]): [string, number] => [`  ${name}`, count]),
    ['kills', tally.kills],
    ['failovers', tally.failovers],
    ['failbacks', tally.failbacks],
    ['forced', tally.forced],
    ['changes of relays', tally.changes],
    ['  by the daemon', tally.byHttp],
    ['log lines', tally.lines],
    ['  switched', tally.switchedLines],
    ['excused', sum(tally.excuses)],
    ...sorted(tally.excuses).map(([name, count]): [string, number] => [`  ${name}`, count]),
    ['machine too busy, ms', Math.round(tally.starvedMs)],
    ['violations', violations.length],
  ]
  const lines = rows.map(([name, value]) => `${name.padEnd(70)} ${String(value).padStart(8)}`)
  return hasDisk ? lines : [...lines, 'no full disk: a small one can be mounted by root only']
}

export function jsonOf(result: SoakResult, seed: number): object {
  const { tally, elapsedMs, violations } = result
  const { rounds, kills, failovers, failbacks, forced, changes, byHttp, lines, switchedLines, starvedMs } =
    tally
  return {
    ...{
      seed,
      elapsedMs: Math.round(elapsedMs),
      rounds,
      kills,
      failovers,
      failbacks,
      forced,
      changes,
      byHttp,
    },
    ...{ lines, switchedLines, starvedMs: Math.round(starvedMs) },
    faults: Object.fromEntries(tally.deeds),
    excused: Object.fromEntries(tally.excuses),
    violations: violations.map(({ invariant, text }) => ({ invariant: invariant.name, text })),
  }
}

export function violationLines(
  { invariant, text }: Found,
  story: readonly string[],
  again: string,
): string[] {
  return [
    '',
    `VIOLATED: ${invariant.name}: ${invariantTable[invariant.name]}`,
    `  ${text}`,
    '  seconds from it, and what happened:',
    ...story,
    `  again, with the same schedule: ${again}`,
    '',
  ]
}

/** The command that repeats the schedule. */
export function commandOf(forMs: number, seed: number): string {
  return `npm run soak -- --for ${durationText(forMs)} --seed ${seed}`
}

function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

function sorted(counts: ReadonlyMap<string, number>): [string, number][] {
  return [...counts].sort(([a], [b]) => a.localeCompare(b))
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0)
}
