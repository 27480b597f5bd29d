import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { retryDelayMs } from '../../../src/core/relay/relay-outcome.ts'

describe('The pause before the next try of a relay', () => {
  const rows: readonly (readonly [attempt: number, random: number, ms: number])[] = [
    [0, 0, 1000],
    [1, 0, 1000],
    [2, 0, 2000],
    [3, 0, 4000],
    [5, 0, 16_000],
    [6, 0, 30_000],
    [1000, 0, 30_000],
    [1, 0.5, 875],
    [6, 0.999, 22_507.5],
  ]
  for (const [attempt, random, ms] of rows)
    it(`is ${ms} ms after ${attempt} failures, by chance ${random}`, () => {
      assert.equal(retryDelayMs(attempt, 1000, 30_000, random), ms)
    })

  it('stays finite however long a relay is dead, even without a bound', () => {
    assert.equal(retryDelayMs(5000, 1, Number.MAX_VALUE, 0), 2 ** 39)
    assert.equal(retryDelayMs(41, 1, Number.MAX_VALUE, 0), retryDelayMs(40, 1, Number.MAX_VALUE, 0))
  })
})
