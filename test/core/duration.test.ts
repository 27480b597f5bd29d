import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { ageText, durationText, longestDurationMs, parseDuration } from '../../src/core/duration.ts'

describe('a duration is a whole number with its unit', () => {
  const known: [string, number][] = [
    ['250ms', 250],
    ['1s', 1000],
    ['5m', 300_000],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
    ['0s', 0],
    ['007s', 7000],
    ['365d', longestDurationMs],
  ]
  for (const [text, ms] of known) test(`${text} is ${ms} ms`, () => assert.equal(parseDuration(text), ms))

  for (const text of [
    '',
    '1',
    '0',
    's',
    '1 s',
    ' 1s',
    '1S',
    '1.5s',
    '-1s',
    '+1s',
    '1s1s',
    '1w',
    '1e3s',
    '366d',
    '٣s',
    '1s\n',
  ])
    test(`${JSON.stringify(text)} is none`, () => assert.equal(parseDuration(text), null))
})

describe('the text of a duration has the largest unit that is exact', () => {
  const known: [number, string][] = [
    [0, '0s'],
    [1, '1ms'],
    [1500, '1500ms'],
    [90_000, '90s'],
    [60_000, '1m'],
    [3_600_000, '1h'],
    [5_400_000, '90m'],
    [86_400_000, '1d'],
    [41.4, '41ms'],
    [41.6, '42ms'],
    [-5, '0s'],
  ]
  for (const [ms, text] of known) test(`${ms} ms is ${text}`, () => assert.equal(durationText(ms), text))

  test('and reads back as the same duration', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: longestDurationMs }),
        ms => parseDuration(durationText(ms)) === ms,
      ),
    )
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
    [3_600_000, '1h'],
    [7_500_000, '2h 5m'],
    [86_400_000, '1d'],
    [274_000_000, '3d 4h'],
  ] as const) {
    test(`of ${ms} ms is ${text}`, () => assert.equal(ageText(ms), text))
  }
})
