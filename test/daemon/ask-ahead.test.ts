import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Answering, AskAhead } from '../../src/daemon/ask-ahead.ts'
import { FakeClock } from '../helpers/fake-clock.ts'

/** Whoever is asked answers after so long with `by`; null: nobody does. */
function open(tookMs: number, by: string | null) {
  const clock = new FakeClock()
  const from = clock.mono()
  const asked: (number | 'all')[] = []
  const ahead = new AskAhead(clock, most => {
    asked.push(most === undefined ? 'all' : clock.mono() - from)
    return [clock.sleep(tookMs).then(() => by)]
  })
  /** Who answers, and in how long a silence, if the question is put now; null: it has to be waited for. */
  const tell = () => {
    let told: Answering | null = null
    ahead.tell(answering => {
      told = answering
    })
    return told
  }
  return { clock, ahead, asked, tell }
}

test('an answer that came beforehand is at hand', async () => {
  const { clock, ahead, tell } = open(5, 'fos1')
  ahead.follow(1000)
  await clock.advance(5)
  assert.deepEqual(tell(), { by: 'fos1', silentMs: 5 })
})

test('without one everybody is asked', async () => {
  const { clock, ahead, asked, tell } = open(5, 'fos1')
  ahead.follow(1000)
  assert.equal(tell(), null)
  await clock.advance(5)
  assert.deepEqual(asked, [0, 'all'])
})

test('it is asked again each half of the time for which an answer counts, and not for ever', async () => {
  const { clock, ahead, asked } = open(5, 'fos1')
  ahead.follow(1000)
  await clock.advance(60_000)
  assert.deepEqual(
    asked,
    Array.from({ length: 16 }, (_, round) => 500 * round),
  )
})

test('an answer that is older than its time counts no longer', async () => {
  const { clock, ahead, tell } = open(5, 'fos1')
  ahead.follow(1000)
  await clock.advance(8505)
  assert.deepEqual(tell(), { by: 'fos1', silentMs: 5 })
  await clock.advance(1)
  assert.equal(tell(), null)
})

test('silence is no answer', async () => {
  const { clock, ahead, tell } = open(5, null)
  ahead.follow(1000)
  await clock.advance(600)
  assert.equal(tell(), null)
})

test('how long nobody answered counts from the first question, which nobody had answered beforehand', async () => {
  const clock = new FakeClock()
  let isCutOff = true
  const ahead = new AskAhead(clock, () => [
    isCutOff ? clock.sleep(3000).then(() => null) : Promise.resolve('fos1'),
  ])
  ahead.follow(1000)
  await clock.advance(900)
  isCutOff = false
  const told: Answering[] = []
  ahead.tell(answering => told.push(answering))
  await clock.advance(0)
  // The question put at 1000 ms is answered at once; the failures before it are as doubtful as they were.
  await clock.advance(150)
  ahead.tell(answering => told.push(answering))
  assert.deepEqual(told, [
    { by: 'fos1', silentMs: 900 },
    { by: 'fos1', silentMs: 1000 },
  ])
})

test('a question that nobody has answered yet counts, though the one before it was answered', async () => {
  const clock = new FakeClock()
  let isCutOff = false
  const ahead = new AskAhead(clock, () => [
    isCutOff ? clock.sleep(3000).then(() => null) : Promise.resolve('fos1'),
  ])
  ahead.follow(1000)
  await clock.advance(100)
  isCutOff = true
  await clock.advance(800)
  const told: Answering[] = []
  ahead.tell(answering => told.push(answering))
  assert.deepEqual(told, [{ by: 'fos1', silentMs: 400 }])
})

test('an answer to an earlier occasion is forgotten, and nothing is asked any more', async () => {
  const { clock, ahead, asked, tell } = open(5, 'fos1')
  ahead.follow(1000)
  await clock.advance(10)
  ahead.follow(null)
  assert.equal(tell(), null)
  await clock.advance(5000)
  assert.deepEqual([asked, clock.waiting], [[0, 'all'], 0])
})
