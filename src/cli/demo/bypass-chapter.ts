import { durationText } from '../../core/duration.ts'
import { bypassValues } from '../../simulator/site-config.ts'
import type { Chapter } from './chapter.ts'
import { acted, first, type Mark, type Measure } from './measures.ts'
import { because, overrides, requestMs, stableForMs } from './settings.ts'
import {
  atRest,
  confirmed,
  daemonKilled,
  linesAt,
  logged,
  masterIs,
  moved,
  notBefore,
  type Step,
} from './step.ts'

const kickMs = 500
const watchdogMs = Number(bypassValues.wdogitime) * 1000
const relays = ['fos1', 'fos2'] as const

const story: readonly Step[] = [
  {
    key: 'pbx-start',
    title: 'One server in front of a PBX: found well, it gets the lines',
    act: { kind: 'start' },
    expect: [
      logged(1, 'failback: lines through the server'),
      notBefore('failback: ', stableForMs),
      ...atRest('server', relays, 1, 1),
    ],
    deadlineMs: 30_000,
  },
  {
    key: 'pbx-telephony',
    title: 'Its telephony dies: the lines are bypassed to the PBX',
    act: { kind: 'steer', lines: ['master dead'] },
    expect: [
      masterIs('down'),
      linesAt('pbx'),
      logged(1, 'bypass: lines bypassed to the PBX'),
      logged(2, 'switched ', 'mode=0 (A--D)'),
      confirmed(...relays),
      moved(2, 2),
    ],
    deadlineMs: 10_000,
  },
  {
    key: 'pbx-returns',
    title: 'Telephony is back: the server gets the lines once it is stable',
    act: { kind: 'steer', lines: ['master alive'] },
    expect: [
      logged(1, 'failback: lines through the server'),
      notBefore('failback: ', stableForMs),
      ...atRest('server', relays, 3, 3),
    ],
    deadlineMs: 15_000,
  },
  {
    key: 'pbx-killed',
    title: 'The daemon is killed: the devices bypass by themselves',
    act: { kind: 'kill' },
    expect: [daemonKilled, moved(4, 4)],
    deadlineMs: watchdogMs + 10_000,
  },
  {
    key: 'pbx-again',
    title: 'Started again: the trip is told, the lines return by the rules',
    act: { kind: 'start' },
    expect: [
      logged(1, 'watchdog: fos1 tripped'),
      logged(1, 'failback: lines through the server'),
      ...atRest('server', relays, 5, 5),
    ],
    deadlineMs: 30_000,
  },
]

const measures: readonly Measure[] = [
  {
    title: 'telephony dead > bypass decided',
    from: acted('pbx-telephony'),
    to: first('pbx-telephony', 'bypass: '),
    because: because.detection,
  },
  {
    title: '  > first relay read back',
    from: first('pbx-telephony', 'bypass: '),
    to: first('pbx-telephony', 'switched '),
    because: because.drive,
  },
  {
    title: 'daemon killed > last device bypassed',
    from: acted('pbx-killed'),
    to: lastTrip(),
    because: `no kick for ${durationText(watchdogMs)}`,
  },
]

/** By the devices' own record. */
function lastTrip(): Mark {
  return ({ site }) => {
    const trips = site.relays.map(
      ({ device }) => device.changes.find(({ by }) => by === 'watchdog')?.atMono ?? null,
    )
    return trips.includes(null) ? null : Math.max(...trips.map(Number))
  }
}

/** One server in front of a PBX. Its devices speak GBL4 at a port that can't be chosen, so each run has addresses of its own. */
export const bypassChapter: Chapter = {
  site: () => ({
    kind: 'bypass',
    relays: relays.length,
    delayMs: requestMs,
    gbl4: true,
    address: `127.${anyOctet()}.${anyOctet()}.1`,
    // As after a boot: the PBX has the lines.
    device: () => ({ values: { ...bypassValues, mode: '0' } }),
  }),
  overrides: {
    ...overrides,
    bypass: { kick: durationText(kickMs), watchdog: durationText(watchdogMs) },
  },
  story,
  measures,
  expectedMoves: [5, 5],
}

function anyOctet(): number {
  return 1 + Math.floor(Math.random() * 254)
}
