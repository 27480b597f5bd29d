import {
  automatic,
  commandDone,
  confirmed,
  daemonEnded,
  daemonIn,
  type Expectation,
  failing,
  linesAt,
  logged,
  masterIs,
  moved,
  notBefore,
} from './expectations.ts'
import { stableForMs } from './settings.ts'

/** What is done to begin a step. */
export type Act =
  | { readonly kind: 'start' }
  /** Lines of the virtual site's grammar. */
  | { readonly kind: 'steer'; readonly lines: readonly string[] }
  /** `berofosd ARGS`, as an operator types it. */
  | { readonly kind: 'command'; readonly args: readonly string[] }
  | { readonly kind: 'stop' }

export interface Step {
  readonly key: string
  readonly title: string
  readonly act: Act
  /** All at the same time, and still after a while. */
  readonly expect: readonly Expectation[]
  /** From the act until all that is expected is so. */
  readonly deadlineMs: number
}

const all = ['fos1', 'fos2', 'fos3', 'fos4'] as const

export const story: readonly Step[] = [
  {
    key: 'start',
    title: 'The daemon starts: the lines are at the master, and stay there',
    act: { kind: 'start' },
    expect: [masterIs('up'), linesAt('master'), daemonIn('steady'), confirmed(...all), moved(0, 0, 0, 0)],
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
      linesAt('master'),
      daemonIn('steady'),
      confirmed(...all),
      moved(2, 2, 2, 2),
    ],
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
      moved(3, 3, 3, 3),
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
      linesAt('master'),
      daemonIn('steady'),
      automatic(true),
      confirmed(...all),
      moved(4, 4, 4, 4),
    ],
    deadlineMs: 15_000,
  },
  {
    key: 'stop',
    title: 'The daemon is stopped: nothing is switched',
    act: { kind: 'stop' },
    expect: [daemonEnded, moved(4, 4, 4, 4)],
    deadlineMs: 5_000,
  },
]

/** How often each relay should have moved in the whole story. */
export const expectedMoves = 4
