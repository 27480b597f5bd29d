import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actOfKey, type Broken, keysText, nothingBroken } from '../../../src/cli/demo/keys.ts'
import { normal } from '../normal-status.ts'

/** Presses one key after the other; the steering lines of the last one. */
function linesAfter(...keys: readonly string[]): readonly string[] {
  let broken: Broken = nothingBroken
  let lines: readonly string[] = []
  for (const key of keys) {
    const act = actOfKey(key, broken, null)
    assert.equal(act?.kind, 'break')
    if (act?.kind === 'break') ({ broken, lines } = act)
  }
  return lines
}

const pinned = { ...normal, phase: 'forced' as const }

test('m kills the master, and revives it', () => {
  assert.deepEqual(linesAfter('m'), ['master dead'])
  assert.deepEqual(linesAfter('m', 'm'), ['master alive'])
})

test('r hangs fos3, and heals it', () => {
  assert.deepEqual(linesAfter('r'), ['relay all none', 'relay 3 hang'])
  assert.deepEqual(linesAfter('r', 'r'), ['relay all none'])
})

test('i takes away master and relays, and gives back what was broken before', () => {
  assert.deepEqual(linesAfter('i'), ['relay all unreachable', 'master silent'])
  assert.deepEqual(linesAfter('m', 'r', 'i', 'i'), ['relay all none', 'relay 3 hang', 'master dead'])
})

test('what is broken while the node is isolated shows once it is connected again', () => {
  assert.deepEqual(linesAfter('i', 'm'), [])
  assert.deepEqual(linesAfter('i', 'm', 'i'), ['relay all none', 'master dead'])
})

test('f pins the lines to the slave, and lets go when they are pinned', () => {
  assert.deepEqual(actOfKey('f', nothingBroken, normal), {
    kind: 'command',
    args: ['--force', 'slave'],
  })
  assert.deepEqual(actOfKey('f', nothingBroken, pinned), { kind: 'command', args: ['--force', 'auto'] })
})

test('q, Ctrl-C and the end of the input quit; any other key does nothing', () => {
  for (const key of ['q', '\x03', '\x04'])
    assert.deepEqual(actOfKey(key, nothingBroken, null), { kind: 'quit' })
  assert.equal(actOfKey('z', nothingBroken, null), null)
})

test('the foot tells what each key does next', () => {
  assert.equal(
    keysText(nothingBroken, normal),
    'm kill master  r hang fos3  i isolate  f force slave  q quit',
  )
  const broken = { masterDead: true, relayHangs: true, isolated: true }
  assert.equal(keysText(broken, pinned), 'm revive master  r heal fos3  i reconnect  f force auto  q quit')
})
