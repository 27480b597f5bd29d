import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { talk } from '../../src/control/client.ts'
import { systemClock } from '../../src/system/clock.ts'

/** Asks somebody who answers the first bytes with what `answer` does. */
async function ask(t: TestContext, silenceMs: number, answer: (socket: Socket) => void) {
  const directory = mkdtempSync(join(tmpdir(), 'control-'))
  const path = join(directory, 'control.sock')
  const server = createServer(socket => {
    socket.on('error', () => {})
    socket.once('data', () => answer(socket))
  })
  await once(server.listen(path), 'listening')
  t.after(() => {
    server.close()
    rmSync(directory, { recursive: true, force: true })
  })
  const progress: string[] = []
  const options = { clock: systemClock, silenceMs, progress: (text: string) => progress.push(text) }
  return { result: await talk(path, { command: 'status' }, options), progress }
}

describe('Who asks the daemon', () => {
  it('hears its progress, then its answer', async t => {
    const { result, progress } = await ask(t, 5000, socket => {
      socket.write('{"progress":"1 of 2"}\n{"progress":"2 of 2"}\n{"ok"')
      socket.end(':true}\n')
    })
    assert.deepEqual(progress, ['1 of 2', '2 of 2'])
    assert.deepEqual(result, { outcome: 'answered', reply: { ok: true } })
  })

  it('gives up on a line that does not end', async t => {
    let written = 0
    const { result } = await ask(t, 5000, socket => {
      const piece = Buffer.alloc(256 * 1024, 'x')
      const more = () => {
        while (!socket.destroyed && socket.write(piece)) written += piece.length
        socket.once('drain', more)
      }
      more()
    })
    assert.match('error' in result ? result.error : '', /an answer longer than 4 MiB/)
    assert.ok(written < 32 * 1024 * 1024, `${written} bytes are taken`)
  })

  it('is told after a second that it is waiting', async t => {
    const { progress } = await ask(t, 1200, () => {})
    assert.deepEqual(progress, ['waiting for the daemon'])
  })

  it('counts silence from line to line, not from piece to piece', async t => {
    const { result } = await ask(t, 150, socket => {
      const dribble = setInterval(() => socket.write('x'), 20)
      socket.on('close', () => clearInterval(dribble))
    })
    assert.match('error' in result ? result.error : '', /no answer in 150 ms/)
  })
})
