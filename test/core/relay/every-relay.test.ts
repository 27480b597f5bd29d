import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { settleMs } from '../../../src/core/relay/convergence.ts'
import { mostLapses } from '../../../src/core/relay/relay-outcome.ts'
import { isInSync } from '../../../src/core/relay/relay-state.ts'
import { type Met, walkRelay } from '../../helpers/relay-walk.ts'

const change = ({ from, to, read: isRead }: Met) => isRead && from.shown !== null && from.shown !== to.shown
/** A reading at a mode that was sent, with none before it that still counts: a switch for all that is known. */
const first = ({ from, to, read: isRead }: Met) =>
  isRead && (from.shown === null || from.older !== null) && from.sent === to.shown
const isWatchdog = ({ next }: Met['to']) => next.kind === 'retry'
const switched = ({ lines }: Met) => lines.filter(line => line.switchedTo !== undefined)
const drifts = ({ lines }: Met) => lines.filter(line => line.text.startsWith('drift: '))

const rules: readonly (readonly [sentence: string, holds: (met: Met) => boolean])[] = [
  [
    'A change that two readings show has exactly one line: switched when that mode was sent since, drift when not.',
    met => {
      if (!change(met)) return true
      const { sent, older, overtaken } = met.from
      const ours = [sent, older, overtaken].includes(met.to.shown)
      return switched(met).length === (ours ? 1 : 0) && drifts(met).length === (ours ? 0 : 1)
    },
  ],
  [
    'Without a change there is no line of a switch, and it names the mode that was read; a first reading at a mode that was sent counts as one.',
    met =>
      switched(met).length === (first(met) ? 1 : 0) ||
      (change(met) && switched(met)[0]?.switchedTo === met.to.shown),
  ],
  [
    'Without a change there is no line of a drift, but for a difference that a driven relay is found with.',
    met =>
      drifts(met).length === 0 ||
      change(met) ||
      (met.to.relay.wanted !== null && met.to.shown !== met.to.relay.wanted),
  ],
  [
    'Nothing is written to a relay that is only watched, and only what is wanted to one that is driven.',
    ({ to }) =>
      to.next.kind !== 'write' ||
      (to.relay.wanted !== null &&
        (to.next.keyword === 'wdog' ? to.next.mode === 0 : to.next.mode === to.relay.wanted)),
  ],
  [
    'What reads as wanted is not written, and what reads otherwise rests only while its repair has to wait.',
    ({ to, read: isRead }) => {
      if (!isRead || to.relay.wanted === null) return true
      const { next } = to
      return to.shown === to.relay.wanted
        ? next.kind !== 'write' || next.keyword === 'wdog'
        : next.kind !== 'rest' || (to.relay.delayedRepairs > 0 && (next.atMostMs ?? 0) > 0)
    },
  ],
  [
    'A watchdog that is on is turned off, and does not rest.',
    ({ to, read: isRead }) =>
      !isRead || to.relay.wanted === null || !to.relay.wdog || to.next.kind !== 'rest',
  ],
  [
    'A relay that a move ordered elsewhere than it was last read is told at once, and after each pause until it was told.',
    ({ what, from, to }) => {
      const { relay } = to
      const isNew = /^order \d, a move/.test(what) || (what === 'the pause is over' && !from.relay.told)
      if (!isNew || relay.wanted === null || relay.pendingSwitch !== relay.wanted) return true
      return isInSync(relay) || (to.next.kind === 'write' && to.next.mode === relay.wanted)
    },
  ],
  [
    'No try of a relay that was told and can not be read ends without telling it again.',
    ({ what, from, to }) =>
      !/^read (fails|is closed)/.test(what) ||
      !from.relay.told ||
      from.relay.wanted === null ||
      isInSync(from.relay) ||
      // What was written in this try is only read back.
      from.relay.tries > 0 ||
      to.next.kind === 'write',
  ],
  [
    'A relay that no move has ordered is read first, unless it was told before.',
    ({ from, what, to }) =>
      what !== 'the pause is over' ||
      to.next.kind === 'read' ||
      from.relay.told ||
      from.relay.pendingSwitch === to.relay.wanted,
  ],
  [
    'After a write that has left the relay is read.',
    ({ what, to }) =>
      !what.startsWith('write ') ||
      what === 'write never leaves' ||
      to.next.kind === 'read' ||
      isWatchdog(to),
  ],
  [
    'A relay that was told and not read since is known as such, and one that was not told never.',
    ({ from, to, what }) => {
      if (/^write (works|is )/.test(what) && from.next.kind === 'write' && from.next.keyword === 'mode')
        return to.relay.told === (from.relay.told || what !== 'write is refused')
      return !to.relay.told || (from.relay.told && from.relay.wanted === to.relay.wanted)
    },
  ],
  [
    'A relay counts as confirmed when it was read at the wanted mode and nothing failed since, and not else.',
    ({ to }) =>
      isInSync(to.relay) ===
      (to.heard && to.relay.wanted !== null && to.shown === to.relay.wanted && to.relay.error === null),
  ],
  [
    'A relay is not written more than twice, mode and watchdog, nor read for ever, without a pause.',
    ({ to }) =>
      to.written <= 2 &&
      to.relay.tries <= settleMs.length &&
      (to.next.kind !== 'read' || to.next.afterMs >= 0),
  ],
  [
    'A failure is said once, until the relay was well again.',
    ({ from, to, lines }) => {
      const errors = lines.filter(
        line => line.severity === 'error' && !/drifted|tripped|again and again/.test(line.text),
      )
      const code = to.relay.error?.code
      const known = code !== undefined && from.relay.saidCodes.includes(code)
      if (from.relay.lapses === mostLapses) return errors.length <= 1
      return errors.length === (to.relay.failures > from.relay.failures && !known ? 1 : 0)
    },
  ],
  [
    'A watchdog that trips has a line, and none without.',
    ({ from, to, lines }) =>
      lines.some(line => line.text.startsWith('watchdog: ')) ===
      (to.relay.wdog === 2 && from.relay.wdog !== 2),
  ],
  // Four kinds of failure, two of them once more for a relay that was told.
  ['The state does not grow.', ({ to }) => to.relay.drifts.length <= 3 && to.relay.saidCodes.length <= 6],
]

function tell({ what, ...rest }: Met): string {
  return [what, ...Object.entries(rest).map(([name, value]) => `${name}: ${JSON.stringify(value)}`)].join(
    '\n',
  )
}

describe('In every state of a relay, whatever its device and its orders do', () => {
  let broken: { readonly sentence: string; readonly met: Met } | null = null
  let states = 0
  let steps = 0

  before(() => {
    states = walkRelay(met => {
      steps += 1
      const rule = rules.find(([, holds]) => !holds(met))
      if (rule) broken = { sentence: rule[0], met }
      return broken === null
    })
  })

  for (const [sentence] of rules)
    it(sentence, () => {
      if (broken?.sentence === sentence) assert.fail(tell(broken.met))
    })

  it('the walk comes to its end', t => {
    t.diagnostic(`${states} states, ${steps} steps`)
    assert.equal(broken === null, true, 'a rule above was broken')
    assert.ok(states > 1000, `${states} states`)
  })
})
