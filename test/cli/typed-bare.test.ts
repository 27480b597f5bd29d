import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isTypedBare } from '../../src/cli/berofosd/main.ts'

const terminal = { isTTY: true }
const pipe = {}

test('the bare name, typed at a terminal, asks what the program is', () => {
  assert.ok(isTypedBare([], { stdin: terminal, stdout: terminal, env: {} }))
})

test('the bare name is the daemon for a pipe, for systemd, and with any option', () => {
  assert.ok(!isTypedBare([], { stdin: pipe, stdout: terminal, env: {} }))
  assert.ok(!isTypedBare([], { stdin: terminal, stdout: pipe, env: {} }))
  assert.ok(!isTypedBare([], { stdin: terminal, stdout: terminal, env: { INVOCATION_ID: '5c1f' } }))
  assert.ok(!isTypedBare(['-c', '/etc/berofosd.conf'], { stdin: terminal, stdout: terminal, env: {} }))
})
