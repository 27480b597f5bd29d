import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import type { Event } from '../../src/core/events.ts'
import { toStored } from '../../src/core/stored-state.ts'
import { deep } from '../helpers/depth.ts'
import { type Happening, happen, type Place, probe, startingPlace } from '../helpers/explore.ts'
import { invariants } from '../helpers/invariants.ts'
import { pingCheck, someSettings } from '../helpers/settings.ts'
import type { Step } from '../helpers/step.ts'

/** One failure is down and one answer is up, so that a short word gets far. */
const settings = someSettings({
  checks: [pingCheck({ fall: 1, rise: 1, intervalMs: 60_000 })],
  failback: { ...someSettings().failback, flapLimit: 2 },
})

type Letter = (place: Place) => Happening
const at =
  (event: Event, afterMs = 10): Letter =>
  () => ({ event, afterMs })

function isolationChecked(answering: string | null): Letter {
  return ({ state: { questions } }) => ({
    event: { kind: 'isolationChecked', question: questions, answering },
    afterMs: 10,
  })
}

/** `settled` is of the move under way, a crash of what was stored. */
const alphabet: Readonly<Record<string, Letter>> = {
  fails: at(probe('ping', 'failed')),
  answers: at(probe('ping', 'answered')),
  'fos1 answers': isolationChecked('fos1'),
  'nothing answers': isolationChecked(null),
  'a relay is told': ({ state }) => ({ event: { kind: 'moveBegun', move: state.moves }, afterMs: 10 }),
  settled: ({ state }) => ({ event: { kind: 'relaysTried', move: state.moves, all: true }, afterMs: 10 }),
  'a minute passes': at({ kind: 'woken' }, 61_000),
  'force master': at({ kind: 'forced', role: 'master', forMs: null, reason: '' }),
  'force slave for 5 s': at({ kind: 'forced', role: 'slave', forMs: 5000, reason: '' }),
  'force auto': at({ kind: 'forced', role: 'auto', forMs: null, reason: '' }),
  'pause for 5 s': at({ kind: 'pausedByOperator', forMs: 5000, reason: '' }),
  resume: at({ kind: 'resumed' }),
  'no longer the secondary': at({ kind: 'secondaryChanged', present: false }),
  'the secondary': at({ kind: 'secondaryChanged', present: true }),
  crash: ({ state, now }) => ({
    event: { kind: 'started', stored: toStored(state, now), secondary: true },
    afterMs: 1000,
  }),
}

interface Broken {
  readonly word: readonly string[]
  readonly name: string
}

/** Says every word of up to `length` letters; each letter is decided once for all words that begin alike. */
function sayWords(from: Place, length: number, word: readonly string[], visit: Visit): void {
  if (length === 0) return
  for (const [name, letter] of Object.entries(alphabet)) {
    const step = happen(from, letter(from))
    const said = [...word, name]
    if (!visit(step, said)) return
    const { after: state, now, knows } = step
    sayWords({ state, now, knows, settings }, length - 1, said, visit)
  }
}
type Visit = (step: Step, word: readonly string[]) => boolean

/** Where the words begin: a word to get there, then all words of so many letters. */
const beginnings: readonly (readonly [title: string, way: readonly Letter[], length: number])[] = [
  ['a first start', [at({ kind: 'started', stored: null, secondary: true })], 3],
  ['lines at a master that is up', [...upAtMaster()], deep ? 5 : 3],
  ['lines at the slave', [...upAtMaster(), ...toSlave()], deep ? 4 : 3],
]

function upAtMaster(): Letter[] {
  const started = at({ kind: 'started', stored: null, secondary: true })
  return [started, at({ kind: 'roleDiscovered', role: 'master' }), at(probe('ping', 'answered'))]
}

function toSlave(): Letter[] {
  return [at(probe('ping', 'failed')), isolationChecked('fos1')]
}

for (const [title, way, length] of beginnings)
  describe(`After ${title}, every word of ${length} events`, () => {
    let count = 0
    let broken: Broken | null = null

    before(() => {
      const visit: Visit = (step, word) => {
        count += 1
        const invariant = invariants.find(({ holds }) => !holds(step))
        if (invariant) broken = { word, name: invariant.name }
        return broken === null
      }
      const first = way.reduce((place, letter) => {
        const step = happen(place, letter(place))
        visit(step, [])
        return { state: step.after, now: step.now, knows: step.knows, settings }
      }, startingPlace(settings))
      sayWords(first, length, [], visit)
    })

    it('keeps every invariant', t => {
      t.diagnostic(`${count} steps of words from ${Object.keys(alphabet).length} letters`)
      assert.deepEqual(broken, null)
      assert.ok(count > Object.keys(alphabet).length ** length)
    })
  })
