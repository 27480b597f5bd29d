import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { validate } from 'node-cron'
import { parseCron } from '../../src/config/cron-expression.ts'

describe('a cron expression has the same verdict here and from node-cron', () => {
  const fields = [
    [
      '*',
      '0',
      '59',
      '60',
      '*/15',
      '*/0',
      '0-30/5',
      '30-5',
      '1,2,3',
      '1,',
      ',1',
      '5/2',
      '-1',
      '1-',
      'a',
      '?',
      '1.5',
      '**',
    ],
    ['*', '0', '23', '24', '22-4', '8-18/2', '1-2-3'],
    ['*', '1', '31', '32', '0', '?', 'L', 'L-3', 'L-31', '15W', '32W', 'LW', 'W', '30-31', '1,15'],
    ['*', '1', '12', '13', '0', '2', 'jan', 'FEB', 'nov-feb', 'foo', '4,6', '2,4'],
    ['*', '0', '7', '8', 'mon', 'SUN', 'fri-mon', '7-1', '5L', '1#2', '1#6', '?', 'mon,wed', 'L'],
  ]
  const defaults = ['0', '2', '*', '*', '*']
  const singles = fields.flatMap((column, at) => column.map(text => defaults.with(at, text).join(' ')))
  const days = (fields[2] ?? []).flatMap(day => (fields[3] ?? []).map(month => `0 2 ${day} ${month} *`))
  const others = [
    '0 */15 * * * *',
    '60 * * * * *',
    '* * * *',
    '* * * * * * *',
    '',
    '@daily',
    '@Hourly',
    '@reboot',
    '@',
  ]
  for (const expression of new Set([...singles, ...days, ...others]))
    test(JSON.stringify(expression), () => assert.equal(parseCron(expression).ok, validate(expression)))
})

describe('a cron expression is stricter here', () => {
  for (const expression of [
    '*/61 * * * *',
    '* * * janfeb *',
    '0-99999999 * * * *'.slice(0, 10).concat(' * * * *'),
  ])
    test(`${expression} is refused`, () => assert.equal(parseCron(expression).ok, false))
})

test('tabs and several blanks between fields become one blank', () => {
  assert.deepEqual(parseCron('0 \t2  *\t* *'), { ok: true, value: '0 2 * * *' })
})

test('whatever is taken here, node-cron takes', () => {
  const number = fc.integer({ min: 0, max: 62 }).map(String)
  const word = fc.constantFrom('*', '?', 'L', 'LW', 'mon', 'sun', 'jan', 'dec', '1#2', '5L', '15W', 'L-2')
  const end = fc.oneof({ weight: 3, arbitrary: number }, { weight: 1, arbitrary: word })
  const part = fc.oneof(
    end,
    fc.tuple(end, end).map(([a, b]) => `${a}-${b}`),
    fc.tuple(end, number).map(([a, b]) => `${a}/${b}`),
    fc.tuple(number, number, number).map(([a, b, c]) => `${a}-${b}/${c}`),
  )
  const field = fc.array(part, { minLength: 1, maxLength: 3 }).map(parts => parts.join(','))
  fc.assert(
    fc.property(fc.nat(5), field, field, (at, text, other) => {
      const expression = ['*', '*', '*', '*', '*', '*']
        .with(at, text)
        .with((at + 1) % 6, other)
        .join(' ')
      const parsed = parseCron(expression)
      if (parsed.ok) assert.ok(validate(parsed.value), parsed.value)
    }),
    { numRuns: 3000 },
  )
})
