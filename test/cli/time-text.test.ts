import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isoTimeText, timeText } from '../../src/cli/time-text.ts'

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
