import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actionRows, answerPlan, describeFaults, faultRows, parseFault } from '../../src/simulator/faults.ts'

for (const [words, steering] of [
  ['none', { kind: 'fault', name: 'none', ms: 0 }],
  ['hang', { kind: 'fault', name: 'hang', ms: 0 }],
  ['blackhole', { kind: 'fault', name: 'hang', ms: 0 }],
  ['SLOW', { kind: 'fault', name: 'slow', ms: 500 }],
  ['slow 250ms', { kind: 'fault', name: 'slow', ms: 250 }],
  ['late 2s', { kind: 'fault', name: 'late', ms: 2000 }],
  ['drip 5', { kind: 'fault', name: 'drip', ms: 5 }],
  ['reboot', { kind: 'action', name: 'reboot', value: 2000 }],
  ['hand 0', { kind: 'action', name: 'hand', value: 0 }],
] as const) {
  test(`understands: ${words}`, () => assert.deepEqual(parseFault(words.split(' ')), { ok: true, steering }))
}

for (const [words, error] of [
  ['', /^"" is none of none, unreachable, hang, .*reboot, hand$/],
  ['toString', /is none of/],
  ['hang 5', /^hang is followed by nothing$/],
  ['slow soon', /^slow is followed by a time, such as 500ms or 2s, or by nothing$/],
  ['slow 1 2', /^slow is followed by/],
  ['hand', /^hand is followed by a mode: 0 or 1$/],
  ['hand 2', /^hand is followed by a mode: 0 or 1$/],
] as const) {
  test(`refuses: ${JSON.stringify(words)}`, () => {
    const parsed = parseFault(words.split(' '))
    assert.ok(!parsed.ok)
    assert.match(parsed.error, error)
  })
}

test('help has a line for every fault and every action', () => {
  assert.equal(describeFaults().length, Object.keys({ ...faultRows, ...actionRows }).length)
  assert.match(describeFaults().join('\n'), /^slow \[500ms\] +answers late$/m)
})

test('the delay of a sound device comes on top of a slow one', () => {
  assert.equal(answerPlan('slow', 300, 20).delayMs, 320)
  assert.equal(answerPlan('none', 0, 20).delayMs, 20)
})
