import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { needs } from '../helpers/needs.ts'

const samples = fileURLToPath(new URL('../../config/checks/', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'berofosd-samples-'))
after(() => rmSync(folder, { recursive: true }))

/** Runs a sample; gives back its exit status and the first line that it prints. */
function run(sample: string, env: Readonly<Record<string, string>>): Promise<[number, string]> {
  return new Promise(resolve => {
    const done = (error: (Error & { code?: unknown }) | null, stdout: string) =>
      resolve([error === null ? 0 : Number(error.code), stdout.split('\n')[0] ?? ''])
    execFile(join(samples, sample), { env: { PATH: process.env.PATH, ...env } }, done)
  })
}

describe('the sample that asks Asterisk over its control socket', () => {
  const control = join(folder, 'asterisk.ctl')
  writeFileSync(control, '')
  /** An asterisk that prints this and ends as the real one does. */
  const asterisk = (prints: string, status = 0) => {
    writeFileSync(join(folder, 'asterisk'), `#!/bin/sh\ncat <<E\n${prints}\nE\nexit ${status}\n`, {
      mode: 0o755,
    })
    return run('asterisk-cli', { PATH: `${folder}:${process.env.PATH}`, ASTERISK_CONTROL: control })
  }

  test('takes the line of channels for life', async () => {
    const printed = '1 active channel\n1 of 60 max active call ( 1.67% of capacity)\n9 calls processed'
    assert.deepEqual(await asterisk(printed), [0, '1 active channel'])
  })
  test('takes the exit status 0 alone for nothing', async () => {
    const printed = "No such command 'core show channels count' (type 'core show help core show' for other)"
    assert.deepEqual(await asterisk(printed), [1, printed])
  })
  test('fails when Asterisk is not running', async () => {
    const printed = 'Unable to connect to remote asterisk (does /var/run/asterisk/asterisk.ctl exist?)'
    assert.deepEqual(await asterisk(printed, 1), [1, printed])
  })
  test('says nothing of Asterisk where there is no such program', async () => {
    const [status] = await run('asterisk-cli', { PATH: '/usr/bin:/bin', ASTERISK_CONTROL: control })
    assert.equal(status, 127)
  })
})

describe('the sample that asks Asterisk over ARI', { skip: needs('curl') }, () => {
  const login = join(folder, 'curlrc')
  writeFileSync(login, 'user = "berofosd:geheim"\n')

  /** Asks a server that answers every request with this status. */
  async function ask(status: number): Promise<{ ended: [number, string]; asked: string }> {
    let asked = ''
    const server = createServer((request, response) => {
      asked = `${request.url} ${request.headers.authorization}`
      response.writeHead(status).end('[]')
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { port } = server.address() as { port: number }
    const ended = await run('asterisk-ari', {
      ASTERISK_ARI: `http://127.0.0.1:${port}/ari`,
      ASTERISK_LOGIN: login,
    })
    server.close()
    return { ended, asked }
  }

  test('takes a list of channels for life, and asks with the login of its file', async () => {
    const { ended, asked } = await ask(200)
    assert.deepEqual(ended, [0, 'lists its channels'])
    assert.equal(asked, `/ari/channels Basic ${Buffer.from('berofosd:geheim').toString('base64')}`)
  })
  test('takes an error for a failure', async () => {
    assert.deepEqual((await ask(500)).ended, [1, 'answers 500'])
  })
  test('takes a refused login for a mistake of the set-up', async () => {
    assert.equal((await ask(401)).ended[0], 126)
  })
  test('fails when nobody listens', async () => {
    const [status, line] = await run('asterisk-ari', {
      ASTERISK_ARI: 'http://127.0.0.1:1/ari',
      ASTERISK_LOGIN: login,
    })
    assert.deepEqual([status, line], [1, 'no answer at http://127.0.0.1:1/ari'])
  })
  test('says nothing of Asterisk when its login can not be read', async () => {
    const [status] = await run('asterisk-ari', { ASTERISK_LOGIN: join(folder, 'absent') })
    assert.equal(status, 126)
  })
})
