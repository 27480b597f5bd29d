import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addEntry, type HistoryEntry, parseHistory, publicEntry } from '../../src/daemon/history.ts'

const check: HistoryEntry = {
  at: 1,
  what: 'check',
  text: 'sip is down after 3 failures in a row',
  detail: 'x',
}
const move: HistoryEntry = { at: 0, what: 'failover', from: 'master', to: 'slave', reason: 'sip is down' }

test('a check that flaps for a night pushes out no move', () => {
  const night = Array.from({ length: 5000 }, (_, at) => ({ ...check, at }))
  const kept = keptOf([move, ...night])
  assert.equal(kept[0], move)
  assert.equal(kept.length, 101)
  assert.equal(kept.at(-1)?.at, 4999)
})

test('a thousand entries are kept at most, the latest of each kind', () => {
  const others: HistoryEntry[] = [
    { at: 0, what: 'hook', text: 'after_slave succeeded' },
    { at: 0, what: 'switched', relay: 'fos1', mode: 0, text: 'switched fos1' },
  ]
  const all = Array.from({ length: 4000 }, (_, at) =>
    [move, check, ...others].map(e => ({ ...e, at })),
  ).flat()
  const kept = keptOf(all)
  assert.equal(kept.length, 1000)
  assert.equal(kept.at(-1)?.at, 3999)
})

test('what was noted is read again, and what makes no sense is left out', () => {
  const drift = { at: 1, what: 'drift', relay: 'fos1', text: 'fos1 reads mode=0' }
  const bad = { at: 1, what: 'check', text: 7 }
  assert.deepEqual(parseHistory([move, check, drift, bad, { at: 1, what: 'odd', text: 'x' }]), [
    move,
    check,
    drift,
  ])
})

test('everybody may know that a hook failed, not what it said', () => {
  const hook: HistoryEntry = { at: 1, what: 'hook', text: 'after_slave failed', detail: 'secret' }
  assert.deepEqual(publicEntry(hook), { at: 1, what: 'hook', text: 'after_slave failed' })
})

function keptOf(entries: readonly HistoryEntry[]): readonly HistoryEntry[] {
  const kept: HistoryEntry[] = []
  for (const entry of entries) addEntry(kept, entry)
  return kept
}
