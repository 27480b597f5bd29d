import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { keepMemorySmall } from '../../src/system/small-memory.ts'

/** `kNeverOptimize` of src/runtime/runtime.h in V8: its optimizing compiler is off. */
const neverOptimize = 1 << 1

function isCompilerOff(): boolean {
  setFlagsFromString('--allow-natives-syntax')
  const status = new Function('work', 'return %GetOptimizationStatus(work)')
  setFlagsFromString('--no-allow-natives-syntax')
  return (status(() => {}) & neverOptimize) !== 0
}

test('the optimizing compiler is off with few relays, and on again once a reload has brought many', t => {
  t.after(() => keepMemorySmall(17))
  const isOff = [4, 16, 17, 4].map(relays => {
    keepMemorySmall(relays)
    return isCompilerOff()
  })
  assert.deepEqual(isOff, [true, true, false, true])
})
