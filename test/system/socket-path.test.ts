import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { clearSocketPath } from '../../src/system/socket-path.ts'
import { temporary } from '../helpers/temporary.ts'

describe('Room for a socket', () => {
  it('is made by removing one that is there', async t => {
    const path = join(temporary(t), 'a.sock')
    const server = createServer()
    await once(server.listen(path), 'listening')
    t.after(() => server.close())
    await clearSocketPath(path)
    assert.equal(existsSync(path), false)
  })

  it('is there where nothing is', t => clearSocketPath(join(temporary(t), 'a.sock')))

  it('is not made by removing another file', async t => {
    const path = join(temporary(t), 'notes.txt')
    writeFileSync(path, '')
    await assert.rejects(clearSocketPath(path), {
      message: `${path}: is no socket, remove it or name another path`,
    })
    assert.equal(existsSync(path), true)
  })

  it('is not in a directory that does not exist', async t => {
    const path = join(temporary(t), 'away', 'a.sock')
    await assert.rejects(clearSocketPath(path), {
      message: `${path}: its directory does not exist, make it`,
    })
  })
})
