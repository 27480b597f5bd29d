import { defaultCheck } from '../../config/check-reading.ts'
import { worstCaseDetectionMs } from '../../core/worst-case.ts'
import type { Chapter } from './chapter.ts'
import { acted, first, last, type Measure } from './measures.ts'
import type { Scene } from './scene.ts'
import { because, overrides, relayCount, requestMs, stableForMs } from './settings.ts'
import {
  atRest,
  automatic,
  commandDone,
  confirmed,
  daemonEnded,
  daemonIn,
  failing,
  linesAt,
  logged,
  masterIs,
  moved,
  notBefore,
  type Step,
} from './step.ts'

const all = ['fos1', 'fos2', 'fos3', 'fos4'] as const

const expectedMoves = [4, 6, 4, 4] as const

const story: readonly Step[] = [
  {
    key: 'start',
    title: 'The daemon starts: the lines are at the master, and stay there',
    act: { kind: 'start' },
    expect: [masterIs('up'), ...atRest('master', all, 0, 0, 0, 0)],
    // A first start compiles everything.
    deadlineMs: 30_000,
  },
  {
    key: 'dies',
    title: 'The master dies while fos3 hangs: the others move to the slave',
    act: { kind: 'steer', lines: ['relay 3 hang', 'master dead'] },
    expect: [
      masterIs('down'),
      linesAt('slave'),
      logged(1, 'failover: lines to the slave'),
      logged(3, 'switched ', 'mode=0 (A--D)'),
      confirmed('fos1', 'fos2', 'fos4'),
      failing('fos3'),
      moved(1, 1, 0, 1),
    ],
    deadlineMs: 10_000,
  },
  {
    key: 'wakes',
    title: 'fos3 wakes: it is caught up',
    act: { kind: 'steer', lines: ['relay 3 none'] },
    expect: [logged(1, 'switched fos3 ', 'mode=0 (A--D)'), confirmed(...all), moved(1, 1, 1, 1)],
    deadlineMs: 10_000,
  },
  {
    key: 'returns',
    title: 'The master comes back: the lines return once it is stable',
    act: { kind: 'steer', lines: ['master alive'] },
    expect: [
      masterIs('up'),
      logged(1, 'failback: lines to the master'),
      notBefore('failback: ', stableForMs),
      logged(4, 'switched ', 'mode=1 (A--B)'),
      ...atRest('master', all, 2, 2, 2, 2),
    ],
    deadlineMs: 15_000,
  },
  {
    key: 'drift',
    title: 'Somebody switches fos2 by hand: it is found and corrected',
    act: { kind: 'steer', lines: ['relay 2 hand 0'] },
    expect: [
      logged(1, 'drift: fos2 reads mode=0 (A--D)'),
      logged(1, 'switched fos2 ', 'mode=1 (A--B)'),
      linesAt('master'),
      confirmed(...all),
      moved(2, 4, 2, 2),
    ],
    deadlineMs: 10_000,
  },
  {
    key: 'isolated',
    title: 'This node is cut off from everything: nothing is switched',
    act: { kind: 'steer', lines: ['relay all unreachable', 'master silent'] },
    expect: [
      masterIs('down'),
      logged(1, 'isolated: the master is down and no relay or witness answers'),
      linesAt('master'),
      daemonIn('isolated'),
      moved(2, 4, 2, 2),
    ],
    deadlineMs: 15_000,
  },
  {
    key: 'reconnected',
    title: 'The network is back: the checks start from zero, nothing moves',
    act: { kind: 'steer', lines: ['relay all none', 'master alive'] },
    expect: [logged(1, 'isolated: over'), masterIs('up'), ...atRest('master', all, 2, 4, 2, 2)],
    deadlineMs: 15_000,
  },
  {
    key: 'force',
    title: 'An operator wants the slave: pinned, automatic failover off',
    act: { kind: 'command', args: ['--force', 'slave', '--reason', 'demo'] },
    expect: [
      commandDone,
      logged(1, 'forced: lines to the slave'),
      logged(4, 'switched ', 'mode=0 (A--D)'),
      linesAt('slave'),
      daemonIn('forced'),
      automatic(false),
      confirmed(...all),
      moved(3, 5, 3, 3),
    ],
    deadlineMs: 15_000,
  },
  {
    key: 'auto',
    title: 'And lets go: the master is healthy, so the lines return',
    act: { kind: 'command', args: ['--force', 'auto'] },
    expect: [
      commandDone,
      logged(1, 'failback: lines to the master'),
      logged(4, 'switched ', 'mode=1 (A--B)'),
      automatic(true),
      ...atRest('master', all, ...expectedMoves),
    ],
    deadlineMs: 15_000,
  },
  {
    key: 'stop',
    title: 'The daemon is stopped: nothing is switched',
    act: { kind: 'stop' },
    expect: [daemonEnded, moved(...expectedMoves)],
    deadlineMs: 5_000,
  },
]

const measures: readonly Measure[] = [
  {
    title: 'master dead > failover decided',
    from: acted('dies'),
    to: first('dies', 'failover: '),
    because: because.detection,
  },
  {
    title: '  > first relay read back',
    from: first('dies', 'failover: '),
    to: first('dies', 'switched '),
    because: because.drive,
  },
  {
    title: '  > last reachable relay read back',
    from: first('dies', 'failover: '),
    to: last('dies', 'switched '),
    because: because.parallel,
  },
  {
    title: 'hanging fos3 awake > read back',
    from: acted('wakes'),
    to: first('wakes', 'switched fos3 '),
    because: because.retry,
  },
  {
    title: 'master back > failback decided',
    from: acted('returns'),
    to: first('returns', 'failback: '),
    because: because.failback,
  },
  {
    title: '  > last relay read back',
    from: first('returns', 'failback: '),
    to: last('returns', 'switched '),
    because: because.drive,
  },
  {
    title: 'fos2 switched by hand > corrected',
    from: acted('drift'),
    to: first('drift', 'switched fos2 '),
    because: because.audit,
  },
  {
    title: 'node cut off > known to be isolated',
    from: acted('isolated'),
    to: first('isolated', 'isolated: '),
    because: because.isolation,
  },
  {
    title: 'force decided > last relay read back',
    from: first('force', 'forced: '),
    to: last('force', 'switched '),
    because: because.drive,
  },
  {
    title: 'the whole command --force slave',
    from: acted('force'),
    to: ({ commands }) => commands.get('force')?.end?.atMono ?? null,
    because: because.command,
  },
]

/** A master and a slave. */
export const pairChapter: Chapter = {
  site: () => ({ relays: relayCount, delayMs: requestMs }),
  overrides,
  story,
  measures,
  expectedMoves,
}

/** For how long whoever was called by the relays that answer heard nothing, beside what it would have been otherwise. */
export function silenceText({ site, actedAt }: Scene): string | null {
  const died = actedAt.get('dies')
  if (died === undefined) return null
  const moved = site.relays.map(({ device }) => device.changes[0]?.atMono ?? Number.POSITIVE_INFINITY)
  // fos3 hung: its phones waited for somebody to wake it.
  const answering = moved.filter((_, index) => site.relays[index]?.name !== 'fos3')
  const here = Math.max(...answering) - died
  if (!Number.isFinite(here)) return null
  const usual = seconds(worstCaseDetectionMs(defaultCheck('')))
  return `phones silent for ${seconds(here)}; by default at most ${usual}; old cron job 30 to 90 s`
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
