import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exchange } from '../../../src/berofos/http/exchange.ts'
import { requestHead } from '../../../src/berofos/http/request.ts'
import { rawServer } from './raw-server.ts'
import { chunked, ok, replies, send } from './replies.ts'

for (const [title, reply, taken, ending = 'close'] of replies) {
  test(`takes or refuses as curl does: ${title}`, async () => {
    await using server = await rawServer(socket => send(socket, reply, ending))
    assert.equal(await ask(server.port), taken)
  })
}

// curl 7.88 refuses these; they leave no doubt about status and body, so this takes them.
for (const [title, reply] of [
  ['a header without a colon', `${ok}nonsense\r\n\r\nbody`],
  ['a folded line before any header', `${ok} c\r\n\r\nbody`],
  ['a trailer without a colon', `${chunked}4\r\nbody\r\n0\r\nnonsense\r\n\r\n`],
] as const) {
  test(`takes what curl refuses: ${title}`, async () => {
    await using server = await rawServer(socket => socket.end(reply, 'latin1'))
    assert.equal(await ask(server.port), '200 body')
  })
}

// curl refuses these; Node does not always tell a reset from an orderly end, so it is always taken as one.
for (const [title, reply, body] of [
  ['a reset after a body without length', `${ok}\r\nbody`, 'body'],
  ['a reset within the head', ok, ''],
] as const) {
  test(`takes as if it were closed: ${title}`, async () => {
    await using server = await rawServer(socket => send(socket, reply, 'reset'))
    assert.equal(await ask(server.port), `200 ${body}`)
  })
}

/** Status and body, or that it refuses. */
async function ask(port: number): Promise<string> {
  const stop = AbortSignal.timeout(5000)
  const call = { stop, heard: false, foundNobody: false, noteReached: () => {}, noteSent: () => {} }
  const exchanged = await exchange('127.0.0.1', port, requestHead('/', '127.0.0.1', port, null), call)
  assert.notEqual(exchanged.kind, 'stopped')
  if (exchanged.kind !== 'reply' || exchanged.flaw !== null) return 'refused'
  return `${exchanged.reply.status} ${exchanged.reply.body.toString('latin1')}`
}
