import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Policy } from '../helpers/policy.ts'
import { someSettings } from '../helpers/settings.ts'

const started = () => new Policy(someSettings({})).start()
const down = { what: 'check', text: 'ping is down after 3 failures in a row', detail: 'failed' }

test('a check that goes down is noted, with the last error apart', () => {
  assert.deepEqual(started().probe('answered', 2).probe('failed', 3).notes, [down])
})

test('a check that is up for the first time since a start is no news', () => {
  assert.deepEqual(started().probe('answered', 2).notes, [])
})

test('a check that comes up again is noted', () => {
  const policy = started().probe('answered', 2).failOver().probe('answered', 2)
  assert.deepEqual(policy.notes, [
    { what: 'check', text: 'ping is up after 2 answers in a row', detail: 'answered' },
  ])
})

test('an isolation is noted when it begins, and with who ended it', () => {
  const policy = started().probe('answered', 2).probe('failed', 3).isolationChecked(null)
  assert.deepEqual(policy.notes, [
    { what: 'isolated', text: 'no relay and no witness answers, nothing is switched' },
  ])
  assert.deepEqual(policy.post({ kind: 'reminded' }).notes, [])
  assert.deepEqual(policy.probe('answered').notes, [
    { what: 'isolated', text: 'over, the master answers again' },
  ])
})

test('what holds a failback is noted once', () => {
  const settings = someSettings({
    failback: { ...someSettings({}).failback, policy: 'manual', stableForMs: 0 },
  })
  const policy = new Policy(settings).start('slave').probe('answered', 2)
  assert.deepEqual(policy.notes, [{ what: 'held', text: "policy = manual: waits for 'berofosd resume'" }])
  assert.deepEqual(policy.probe('answered').notes, [])
})

test('the end of a hook is noted, well or not', () => {
  const end = { kind: 'hookEnded', move: 9, hook: 'after_slave' } as const
  assert.deepEqual(started().post({ ...end, ok: true, detail: 'exit status 0' }).notes, [
    { what: 'hook', text: 'after_slave succeeded' },
  ])
  assert.deepEqual(started().post({ ...end, ok: false, detail: 'exit status 1' }).notes, [
    { what: 'hook', text: 'after_slave failed', detail: 'exit status 1' },
  ])
})

test('how far the relays were is noted at the end of a move', () => {
  const policy = started().probe('answered', 2).failOver()
  const move = policy.state.move?.id ?? 0
  const tally = { total: 4, open: ['fos3'], tookMs: 2016 }
  assert.deepEqual(policy.post({ kind: 'relaysTried', move, all: false, tally }).notes, [
    { what: 'done', text: '3 of 4 relays in 2.02 s; open: fos3' },
  ])
  assert.deepEqual(policy.post({ kind: 'relaysTried', move, all: true, tally }).notes, [])
})
