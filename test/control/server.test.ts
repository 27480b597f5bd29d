import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { talk } from '../../src/control/client.ts'
import { serveControl } from '../../src/control/server.ts'
import { systemClock } from '../../src/system/clock.ts'

/** A server that only notes which commands it was given. */
async function open(t: TestContext) {
  const directory = mkdtempSync(join(tmpdir(), 'control-'))
  const path = join(directory, 'control.sock')
  const commands: string[] = []
  const server = await serveControl(path, ({ command }) => {
    commands.push(command)
    return Promise.resolve({ ok: true })
  })
  t.after(async () => {
    await server.close()
    rmSync(directory, { recursive: true, force: true })
  })
  return { path, commands }
}

const ask = (path: string, request: object) => talk(path, request, { clock: systemClock, silenceMs: 5000 })

describe('The control server', () => {
  it('carries out no order of a client that has gone meanwhile', async t => {
    const { path, commands } = await open(t)
    const gone = connect(path)
    await once(gone, 'connect')
    gone.write('{"command":"resume"}\n')
    gone.destroy()
    await ask(path, { command: 'status' })
    await ask(path, { command: 'status' })
    assert.deepEqual(commands, ['status', 'status'])
  })

  it('carries out the order of a client that waits', async t => {
    const { path, commands } = await open(t)
    assert.equal((await ask(path, { command: 'resume' })).outcome, 'answered')
    assert.deepEqual(commands, ['resume'])
  })
})
