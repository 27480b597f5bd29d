import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { openDatagram } from '../../src/system/unix-datagram.ts'
import { until } from '../helpers/until.ts'
import { openReceiver } from './datagram-receiver.ts'

const hello = Buffer.from('hello')
const openFiles = () => readdirSync('/proc/self/fd').length

test('a datagram has left when send returns', async t => {
  const receiver = openReceiver()
  t.after(receiver.close)
  assert.equal(openDatagram().send(receiver.path, hello), 'sent')
  await until('it arrives', () => receiver.received.length === 1)
  assert.deepEqual(receiver.received, ['hello'])
})

const unreachable = [
  ['a path where nothing is', '/nowhere/at/all', 'ENOENT'],
  ['a path through a file', '/etc/passwd/socket', 'ENOTDIR'],
  ['a file that is no socket', '/etc/passwd', 'ECONNREFUSED'],
  ['a path longer than a socket address', `/${'x'.repeat(120)}`, 'ENAMETOOLONG'],
  ['an empty path', '', 'EINVAL'],
  ['a path with a NUL', '/dev/log\0x', 'EINVAL'],
  ['an abstract name where nobody listens', '@berofosd-nobody', 'ECONNREFUSED'],
  ['an abstract name without letters', '@', 'EINVAL'],
  ['an abstract name with a NUL', '\0name', 'EINVAL'],
  ['a directory', '/etc', 'ECONNREFUSED'],
] as const
for (const [what, path, code] of unreachable)
  test(`${what} is ${code}`, () => {
    assert.equal(openDatagram().send(path, hello), code)
  })

test('a socket that its owner has left is ECONNREFUSED', t => {
  const receiver = openReceiver()
  t.after(receiver.close)
  const left = `${receiver.path}-left`
  openReceiver(left).close()
  assert.equal(openDatagram().send(left, hello), 'ECONNREFUSED')
})

test('a datagram beyond the send buffer is EMSGSIZE, and the next one goes through', t => {
  const receiver = openReceiver()
  t.after(receiver.close)
  const sender = openDatagram()
  assert.equal(sender.send(receiver.path, Buffer.alloc(1 << 20)), 'EMSGSIZE')
  assert.equal(sender.send(receiver.path, hello), 'sent')
})

test('an empty datagram does no harm', t => {
  const receiver = openReceiver()
  t.after(receiver.close)
  assert.equal(openDatagram().send(receiver.path, Buffer.alloc(0)), 'sent')
})

test('a stalled reader is EAGAIN, and nothing refused arrives later', async t => {
  const receiver = openReceiver()
  t.after(receiver.close)
  const sender = openDatagram()
  let sent = 0
  while (sender.send(receiver.path, Buffer.from(`${sent}`)) === 'sent') sent += 1
  assert.equal(sender.send(receiver.path, hello), 'EAGAIN')
  await until('the reader catches up', () => receiver.received.length === sent)
  assert.equal(sender.send(receiver.path, Buffer.from('last')), 'sent')
  await until('the last arrives', () => receiver.received.includes('last'))
  assert.deepEqual(receiver.received, [...Array.from({ length: sent }, (_, at) => `${at}`), 'last'])
})

test('one socket serves all sends, a thousand failures included', t => {
  const before = openFiles()
  const sender = openDatagram()
  t.after(sender.close)
  for (let count = 0; count < 1000; count++) sender.send('/nowhere', hello)
  assert.equal(openFiles(), before + 1)
})

test('a receiver that restarts is reached by the next send', async t => {
  const first = openReceiver()
  const sender = openDatagram()
  t.after(sender.close)
  assert.equal(sender.send(first.path, hello), 'sent')
  first.close()
  assert.equal(sender.send(first.path, hello), 'ENOENT')
  const other = openReceiver()
  t.after(other.close)
  assert.equal(sender.send(other.path, hello), 'sent')
  await until('it arrives', () => other.received.length === 1)
})

test('a receiver that dies while its queue is full keeps nothing from the next one', async t => {
  const first = openReceiver()
  const sender = openDatagram()
  t.after(sender.close)
  while (sender.send(first.path, hello) === 'sent');
  first.close()
  const next = openReceiver()
  t.after(next.close)
  assert.equal(sender.send(next.path, hello), 'sent')
  await until('it arrives', () => next.received.length === 1)
})

test('closing, also twice, leaves nothing open; a later send opens anew', t => {
  const receiver = openReceiver()
  t.after(receiver.close)
  const before = openFiles()
  const sender = openDatagram()
  assert.equal(sender.send(receiver.path, hello), 'sent')
  sender.close()
  sender.close()
  assert.equal(openFiles(), before)
  assert.equal(sender.send(receiver.path, hello), 'sent')
  sender.close()
})
