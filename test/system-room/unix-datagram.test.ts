import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
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
  ['an abstract name', '@name', 'ENOTSUP'],
  ['an abstract name with a NUL', '\0name', 'ENOTSUP'],
] as const
for (const [what, path, code] of unreachable)
  test(`${what} is ${code}`, () => {
    assert.equal(openDatagram().send(path, hello), code)
  })

test('a socket that its owner has left is ECONNREFUSED', t => {
  const receiver = openReceiver()
  t.after(receiver.close)
  const bindAndLeave = 'import socket,sys; socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).bind(sys.argv[1])'
  const left = `${receiver.path}-left`
  execFileSync('python3', ['-c', bindAndLeave, left])
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

test('no descriptor stays open after the tick, a thousand failures later neither', async () => {
  const sender = openDatagram()
  sender.send('/nowhere', hello)
  await null
  const before = openFiles()
  for (let count = 0; count < 1000; count++) sender.send('/nowhere', hello)
  await null
  assert.equal(openFiles(), before)
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
