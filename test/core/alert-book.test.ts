import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  type AlertBook,
  type AlertRules,
  emptyBook,
  reopened,
  standing,
  turnPage,
} from '../../src/core/alert-book.ts'
import { type FindingCode, findingSeverities } from '../../src/core/findings/codes.ts'
import type { NotedFinding } from '../../src/core/findings.ts'

const since = '2024-01-15T12:00:00.000Z'
const hourMs = 3_600_000

function noted(code: FindingCode, subject = '', text = `${code} ${subject}`, over = text): NotedFinding {
  return { subject, finding: { code, severity: findingSeverities[code], since, text }, over }
}

/** A book that is looked at with a list of findings at a time, and tells the alerts in short: `raised at-slave`. */
class Reader {
  constructor(
    private readonly rules: AlertRules = { level: 'warning', repeatMs: 4 * hourMs },
    public book: AlertBook = emptyBook,
  ) {}

  at(seconds: number, ...found: NotedFinding[]): string[] {
    const { book, alerts } = turnPage(this.book, found, seconds * 1000, this.rules)
    this.book = book
    return alerts.map(({ event, code, findings }) =>
      `${event} ${code} ${findings.map(({ subject }) => subject).join('+')}`.trim(),
    )
  }
}

const atSlave = noted('at-slave')
const fos1 = noted('relay-unconfirmed', 'fos1')
const fos2 = noted('relay-unconfirmed', 'fos2')

describe('An alert', () => {
  test('is raised once a finding has lasted for two seconds, and not again', () => {
    const reader = new Reader()
    const told = [0, 1, 2, 3, 60].map(s => reader.at(s, atSlave))
    assert.deepEqual(told, [[], [], ['raised at-slave'], [], []])
  })

  test('is not made of what is over within two seconds, as relays are while they move', () => {
    const reader = new Reader()
    assert.deepEqual([reader.at(0, fos1), reader.at(1), reader.at(2), reader.at(9)].flat(), [])
  })

  test('is repeated for as long as the finding lasts', () => {
    const reader = new Reader({ level: 'warning', repeatMs: 60_000 })
    const told = [0, 2, 61, 62, 121, 122].map(s => reader.at(s, atSlave))
    assert.deepEqual(told, [[], ['raised at-slave'], [], ['repeated at-slave'], [], ['repeated at-slave']])
  })

  test('is never repeated when repeat is 0', () => {
    const reader = new Reader({ level: 'warning', repeatMs: 0 })
    reader.at(0, atSlave)
    assert.deepEqual([reader.at(2, atSlave), reader.at(1e6, atSlave)], [['raised at-slave'], []])
  })

  test('is resolved once, when the finding has been gone for five seconds', () => {
    const reader = new Reader()
    reader.at(0, atSlave)
    reader.at(2, atSlave)
    const told = [10, 14, 15, 16, 600].map(s => reader.at(s))
    assert.deepEqual(told, [[], [], ['resolved at-slave'], [], []])
  })

  test('goes on when the finding comes back before that', () => {
    const reader = new Reader()
    reader.at(0, atSlave)
    reader.at(2, atSlave)
    assert.deepEqual([reader.at(10), reader.at(12, atSlave), reader.at(18, atSlave)].flat(), [])
  })

  test('of a finding that comes and goes is over later each time, so that it is not told each time', () => {
    const reader = new Reader()
    const events: string[] = []
    for (let s = 0; s < hourMs / 1000; s++)
      events.push(...(s % 20 < 10 ? reader.at(s, atSlave) : reader.at(s)))
    assert.deepEqual(events, ['raised at-slave', 'resolved at-slave', 'raised at-slave'])
  })

  test('is told with the words of now', () => {
    const reader = new Reader()
    reader.at(0, noted('at-slave', '', 'before'))
    const { alerts } = turnPage(reader.book, [noted('at-slave', '', 'after')], 2000, {
      level: 'warning',
      repeatMs: 0,
    })
    assert.deepEqual(alerts[0]?.findings, [{ subject: '', since, text: 'after' }])
  })

  test('tells all findings of one code that are due together', () => {
    const reader = new Reader()
    reader.at(0, fos1, fos2, atSlave)
    assert.deepEqual(reader.at(2, fos1, fos2, atSlave), [
      'raised relay-unconfirmed fos1+fos2',
      'raised at-slave',
    ])
    reader.at(10, fos2, atSlave)
    assert.deepEqual(reader.at(15, fos2, atSlave), ['resolved relay-unconfirmed fos1'])
  })

  test('is the same one for a relay that is told to move meanwhile and does not answer', () => {
    const reader = new Reader()
    const told = noted('relay-told', 'fos1')
    reader.at(0, fos1)
    assert.deepEqual(reader.at(2, fos1), ['raised relay-unconfirmed fos1'])
    assert.deepEqual([reader.at(3, told), reader.at(9, told), reader.at(10)].flat(), [])
    assert.deepEqual(reader.at(15), ['resolved relay-unconfirmed fos1'])
  })

  test('that is over tells what was when it was told, without its forecast, not the words of the end', () => {
    const reader = new Reader()
    const told = noted('at-slave', '', 'is at the slave, would return soon', 'was at the slave')
    reader.at(0, told)
    reader.at(2, told)
    reader.at(3, noted('at-slave', '', 'about to return', 'was about to return'))
    reader.at(4)
    const { alerts } = turnPage(reader.book, [], 9000, { level: 'warning', repeatMs: 0 })
    assert.equal(alerts[0]?.findings[0]?.text, 'was at the slave')
  })

  test('is made from the level on', () => {
    const reader = new Reader({ level: 'error', repeatMs: 0 })
    reader.at(0, fos1, atSlave, noted('settings', 'fos1'))
    assert.deepEqual(reader.at(2, fos1, atSlave, noted('settings', 'fos1')), [
      'raised relay-unconfirmed fos1',
    ])
  })
})

describe('After a restart', () => {
  const before = new Reader()
  before.at(0, fos1, atSlave)
  before.at(2, fos1, atSlave)
  const kept = standing(before.book)

  test('what was told is not told again', () => {
    const reader = new Reader(undefined, reopened(kept, 0))
    assert.deepEqual(
      [0, 2, 60].flatMap(s => reader.at(s, fos1, atSlave)),
      [],
    )
  })

  test('what ended meanwhile is told to be over', () => {
    const reader = new Reader(undefined, reopened(kept, 0))
    assert.deepEqual(
      [0, 5].flatMap(s => reader.at(s, fos1)),
      ['resolved at-slave'],
    )
  })

  test('what had not been told is raised', () => {
    const reader = new Reader(undefined, reopened(kept, 0))
    assert.deepEqual(
      [0, 2].flatMap(s => reader.at(s, fos1, fos2, atSlave)),
      ['raised relay-unconfirmed fos2'],
    )
  })

  test('nothing is kept of what is over', () => {
    const reader = new Reader(undefined, before.book)
    reader.at(10)
    reader.at(15)
    assert.deepEqual(standing(reader.book), [])
  })
})
