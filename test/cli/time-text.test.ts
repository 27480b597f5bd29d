import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ageText, isoTimeText, timeText } from '../../src/cli/time-text.ts'

const at = (...parts: [number, number, number, number, number, number]) => new Date(...parts).getTime()

describe('A time', () => {
  const noon = at(2024, 0, 5, 12, 3, 4)
  it('is local, and complete', () => assert.equal(timeText(noon), '2024-01-05 12:03:04'))
  it('of today is the time alone', () => assert.equal(timeText(noon, at(2024, 0, 5, 23, 59, 59)), '12:03:04'))
  it('of another day has its day', () =>
    assert.equal(timeText(noon, at(2024, 0, 6, 0, 0, 0)), '2024-01-05 12:03:04'))
  it('that is none stands as it is', () => assert.equal(isoTimeText('soon'), 'soon'))
  it('in ISO 8601 is local, too', () => {
    assert.equal(isoTimeText(new Date(noon).toISOString()), '2024-01-05 12:03:04')
  })
})

describe('An age', () => {
  for (const [ms, text] of [
    [0, '0s'],
    [-5, '0s'],
    [999, '0s'],
    [12_000, '12s'],
    [312_000, '5m 12s'],
    [300_000, '5m'],
    [7_500_000, '2h 5m'],
    [274_000_000, '3d 4h'],
  ] as const) {
    it(`of ${ms} ms is ${text}`, () => assert.equal(ageText(ms), text))
  }
})
