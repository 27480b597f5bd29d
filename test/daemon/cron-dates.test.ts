import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { nextDate, openForMs } from '../../src/daemon/calendar.ts'
import { datesOf } from '../../src/daemon/cron-dates.ts'

// Clocks go from 2:00 to 3:00 on 31 March 2024, and from 3:00 back to 2:00 on 27 October.
process.env.TZ = 'Europe/Berlin'

const minuteMs = 60_000

/** The dates of an expression from a moment on for so many hours, in UTC; those that a look each `stepMs` finds. */
function datesFrom(expression: string, from: string, hours: number, stepMs = minuteMs): string[] {
  const dates = datesOf(expression, minuteMs)
  const start = Date.parse(from)
  const minutes = Array.from(
    { length: (hours * 60 * minuteMs) / stepMs },
    (_, index) => start + index * stepMs,
  )
  return minutes.filter(at => dates.match(at)).map(at => new Date(at).toISOString().slice(5, 16))
}

describe('Days of a cron expression', () => {
  const days = (expression: string) =>
    // All of them are at noon.
    datesFrom(expression, '2024-01-01T00:00:00+01:00', 31 * 24, 60 * minuteMs).map(date =>
      Number(date.slice(3, 5)),
    )

  it('that are restricted both by date and by weekday are either', () => {
    // Mondays are the 1st, 8th, 15th, 22nd and 29th.
    assert.deepEqual(days('0 12 13 * mon'), [1, 8, 13, 15, 22, 29])
    assert.deepEqual(days('0 12 1,2 jan 1'), [1, 2, 8, 15, 22, 29])
  })

  it('of which one is not restricted are those of the other', () => {
    assert.deepEqual(days('0 12 13 * *'), [13])
    assert.deepEqual(days('0 12 * * mon'), [1, 8, 15, 22, 29])
    assert.deepEqual(days('0 12 ? * mon'), [1, 8, 15, 22, 29])
    assert.deepEqual(days('0 12 */2 * mon'), [1, 15, 29])
  })

  it('stay in the month', () => assert.deepEqual(days('0 12 13 feb mon'), []))
})

describe('In the night in which the clocks skip an hour', () => {
  const spring = (expression: string) => datesFrom(expression, '2024-03-30T23:00:00Z', 5)

  for (const [title, expression, expected] of [
    ['a time in it comes right after it', '30 2 * * *', ['03-31T01:00']],
    ['a time after it comes once', '0 2,3 * * *', ['03-31T01:00']],
    ['times before and after it stay', '30 1,3 * * *', ['03-31T00:30', '03-31T01:30']],
    ['a time in it on that day alone comes too', '30 2 31 3 *', ['03-31T01:00']],
    ['a time in it on another day does not come', '30 2 30 3 *', []],
    ['each half hour goes on by the clock', '*/30 2 * * *', []],
  ] as const)
    it(title, () => assert.deepEqual(spring(expression), expected))

  it('a window that opens in it is open after it for its whole length', () =>
    assert.equal(
      openForMs('30 2 * * *', 120 * minuteMs, Date.parse('2024-03-31T03:10:00+02:00')),
      110 * minuteMs,
    ))
})

describe('In the night in which the clocks repeat an hour', () => {
  const autumn = (expression: string) => datesFrom(expression, '2024-10-26T22:00:00Z', 6)

  for (const [title, expression, expected] of [
    ['a time in it comes once', '30 2 * * *', ['10-27T00:30']],
    ['its first moment comes once', '0 2 * * *', ['10-27T00:00']],
    ['a time after it comes once', '0 3 * * *', ['10-27T02:00']],
    [
      'each half hour goes on by the clock',
      '*/30 2 * * *',
      ['00:00', '00:30', '01:00', '01:30'].map(t => `10-27T${t}`),
    ],
  ] as const)
    it(title, () => assert.deepEqual(autumn(expression), expected))

  it('a window that opens in it opens once', () => {
    const open = (at: string) => openForMs('30 2 * * *', 30 * minuteMs, Date.parse(at))
    assert.deepEqual(['2024-10-27T02:40:00+02:00', '2024-10-27T02:40:00+01:00'].map(open), [20 * minuteMs, 0])
  })
})

describe('What is compared without node-cron', () => {
  for (const [plain, same] of [
    ['*/15 * * * *', '0-59/15 * * * *'],
    ['0 */5 * * *', '0 0-23/5 * * *'],
    ['30 2 13 2 *', '30 2 13 feb *'],
    ['0 12 * * 7', '0 12 * * sun'],
    ['0 12 13 * 0', '0 12 13 * sun'],
  ] as const)
    it(`is the same as with it: ${plain}`, () => {
      const year = (expression: string) =>
        datesFrom(expression, '2023-12-31T23:00:00Z', 366 * 24, 15 * minuteMs)
      assert.deepEqual(year(plain), year(same))
      assert.notEqual(year(plain).length, 0)
    })

  it('does not load Intl, for the reminders of the default among others', t => {
    const { mock } = t.mock.method(Intl, 'DateTimeFormat')
    datesFrom('0 */15 * * * *', '2024-03-30T23:00:00Z', 24)
    assert.equal(mock.callCount(), 0)
  })
})

describe('A short name', () => {
  for (const [name, count] of [
    ['@hourly', 24],
    ['@daily', 1],
    ['@Weekly', 1],
    ['@monthly', 1],
    ['@yearly', 1],
  ] as const)
    it(`${name} has its dates`, () =>
      assert.equal(datesFrom(name, '2023-12-31T23:00:00Z', name === '@Weekly' ? 7 * 24 : 24).length, count))
})

describe('The next date of a cron expression', () => {
  const rows = [
    ['is later today', '0 2 * * *', '2024-01-05T01:14:00+01:00', '2024-01-05T02:00:00+01:00'],
    ['is tomorrow', '0 2 * * *', '2024-01-05T02:00:00+01:00', '2024-01-06T02:00:00+01:00'],
    ['may be the next minute', '* * * * *', '2024-01-05T01:14:59+01:00', '2024-01-05T01:15:00+01:00'],
    ['is within the same hour', '*/20 5 * * *', '2024-01-05T05:20:00+01:00', '2024-01-05T05:40:00+01:00'],
    [
      'leaves seconds out of account',
      '30 0 2 * * *',
      '2024-01-05T01:14:00+01:00',
      '2024-01-05T02:00:00+01:00',
    ],
    ['is on the weekday', '30 23 * * sun', '2024-01-05T12:00:00+01:00', '2024-01-07T23:30:00+01:00'],
    ['is in another year', '0 0 29 feb *', '2024-03-01T00:00:00+01:00', '2028-02-29T00:00:00+01:00'],
    [
      'comes right after the hour that is skipped',
      '30 2 * * *',
      '2024-03-30T12:00:00+01:00',
      '2024-03-31T03:00:00+02:00',
    ],
    [
      'comes in the first of two hours',
      '30 2 * * *',
      '2024-10-27T01:00:00+02:00',
      '2024-10-27T02:30:00+02:00',
    ],
    [
      'does not come in the second of them',
      '30 2 * * *',
      '2024-10-27T02:40:00+02:00',
      '2024-10-28T02:30:00+01:00',
    ],
    [
      'goes on by the clock in the second of them',
      '*/30 2 * * *',
      '2024-10-27T02:40:00+02:00',
      '2024-10-27T02:00:00+01:00',
    ],
  ] as const
  for (const [title, expression, from, expected] of rows)
    it(title, () => assert.equal(nextDate(expression, Date.parse(from)), Date.parse(expected)))

  it('is the same as a look at each minute finds', () => {
    const from = Date.parse('2024-03-30T00:00:00+01:00')
    for (const expression of ['7 */5 * * *', '0 3,2 * * *', '15 1-4/2 31 3 *', '*/45 0 * * *']) {
      const [first = ''] = datesFrom(expression, new Date(from + minuteMs).toISOString(), 72)
      assert.equal(new Date(nextDate(expression, from) ?? 0).toISOString().slice(5, 16), first, expression)
    }
  })
})
