import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { dayAndTimeText, isoTimeText, momentText, timeText } from '../../src/core/time-text.ts'

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

describe('A moment to come', () => {
  const now = { mono: 1000, wall: at(2024, 0, 5, 12, 0, 0) }
  it('is told by the clock, and how long that is', () =>
    assert.equal(momentText(66_000, now), '12:01:05, in 1m 5s'))
  it('is never less than what is left, nor less than a second', () => {
    assert.equal(momentText(3001, now), '12:00:02, in 3s')
    assert.equal(momentText(1001, now), '12:00:00, in 1s')
  })
  it('that is past is about to come', () => assert.equal(momentText(500, now), '12:00:00, in 1s'))
  it('of another day has its day', () =>
    assert.equal(momentText(1000 + 43_200_000, now), '2024-01-06 00:00:00, in 12h'))
})

describe('A day to come', () => {
  const friday = at(2024, 0, 5, 23, 59, 59)
  const rows = [
    ['today', at(2024, 0, 5, 23, 59, 59), 'today 23:59:59'],
    ['the next midnight', at(2024, 0, 6, 0, 0, 0), 'tomorrow 00:00'],
    ['within a week', at(2024, 0, 11, 2, 0, 0), 'Thursday 02:00'],
    ['from a week on', at(2024, 0, 12, 2, 0, 0), '2024-01-12 02:00'],
    ['in the past', at(2024, 0, 4, 2, 0, 0), '2024-01-04 02:00'],
  ] as const
  for (const [title, wall, text] of rows)
    it(`is named: ${title}`, () => assert.equal(dayAndTimeText(wall, friday), text))
})
