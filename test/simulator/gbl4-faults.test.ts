import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeGbl4, gbl4Rows, parseGbl4, soundGbl4 } from '../../src/simulator/gbl4-faults.ts'

for (const [words, flashMode, faults] of [
  ['flashmode on', true, {}],
  ['flashmode off', false, {}],
  ['lose 50', false, { lose: 50 }],
  ['lose 0', false, { lose: 0 }],
  ['duplicate 3', false, { duplicate: 3 }],
  ['damage 2', false, { damage: 2 }],
  ['delay 20ms', false, { delayMs: 20 }],
  ['delay 2s', false, { delayMs: 2000 }],
  ['mute on', false, { mute: true }],
] as const) {
  test(`understands: ${words}`, () => {
    const parsed = parseGbl4(words.split(' '))
    assert.ok(parsed?.ok)
    const at = { flashMode: words === 'flashmode off', faults: { ...soundGbl4 } }
    parsed.steering.row.apply(at, parsed.steering.value)
    assert.deepEqual(at, { flashMode, faults: { ...soundGbl4, ...faults } })
  })
}

for (const [words, error] of [
  ['flashmode', /^flashmode is followed by on or off$/],
  ['flashmode toString', /^flashmode is followed by on or off$/],
  ['lose', /^lose is followed by a number: each so-many-th one, 0 for none$/],
  ['lose -1', /^lose is followed by/],
  ['lose 5 6', /^lose is followed by/],
  ['delay soon', /^delay is followed by a time, such as 50ms or 1s$/],
] as const) {
  test(`refuses: ${words}`, () => {
    const parsed = parseGbl4(words.split(' '))
    assert.ok(parsed && !parsed.ok)
    assert.match(parsed.error, error)
  })
}

for (const words of ['', 'hang', 'constructor', 'reset']) {
  test(`leaves to others: ${JSON.stringify(words)}`, () => assert.equal(parseGbl4(words.split(' ')), null))
}

test('help has a line for every word', () => {
  assert.equal(describeGbl4().length, Object.keys(gbl4Rows).length)
  assert.match(describeGbl4().join('\n'), /^lose N +loses each N-th datagram, either way$/m)
})
