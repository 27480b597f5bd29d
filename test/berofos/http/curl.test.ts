import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { strongestChallenge } from '../../../src/berofos/http/challenge.ts'
import { digestResponse, parseLogin } from '../../../src/berofos/http/login.ts'
import { needs } from '../../helpers/needs.ts'
import { rawServer } from './raw-server.ts'
import { replies, send } from './replies.ts'

const run = promisify(execFile)

/** Later ones read some of these otherwise: curl 8.14 refuses two blanks before the status. */
const skip = /^curl 7\.88\./.test(curlVersion()) ? false : 'the table is of curl 7.88, that of Debian 12'

for (const [title, reply, taken, ending = 'close'] of replies) {
  test(`curl reads a reply as the table says: ${title}`, { skip }, async () => {
    await using server = await rawServer(socket => send(socket, reply, ending))
    assert.equal(await askWithCurl(server.port), taken)
  })
}

const withQop = ['qop="auth", ', 'qop="auth-int", ']
for (const algorithm of ['MD5', 'MD5-sess', 'SHA-256', 'SHA-256-sess']) {
  for (const qop of algorithm.endsWith('-sess') ? withQop : [...withQop, '']) {
    test(`curl proves the same password the same way: ${algorithm} ${qop || 'without qop'}`, {
      skip: needs('curl'),
    }, async () => {
      const header = `Digest realm="be ro", ${qop}nonce="abc", opaque="o", algorithm=${algorithm}`
      const found = strongestChallenge([header])
      assert.ok(found?.scheme === 'digest')
      const words = await curlAnswer(header, 'admin:pä;ss #1', '/?cmd=4&mode=1')
      const count = Number.parseInt(words.get('nc') ?? '1', 16)
      const use = { method: 'GET', uri: '/?cmd=4&mode=1', count, clientNonce: words.get('cnonce') ?? '' }
      assert.equal(digestResponse(found, parseLogin('admin:pä;ss #1'), use), words.get('response'))
    })
  }
}

/** What curl answers to a challenge, with the words of its header. */
async function curlAnswer(challengeHeader: string, login: string, path: string) {
  let authorization = ''
  const server = createServer(socket => {
    socket.on('error', () => {})
    socket.once('data', data => {
      authorization = /^Authorization: (.*)$/im.exec(data.toString('latin1'))?.[1]?.trim() ?? ''
      const status = authorization === '' ? `401 No\r\nWWW-Authenticate: ${challengeHeader}` : '200 OK'
      socket.end(`HTTP/1.0 ${status}\r\n\r\n`)
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  try {
    await run('curl', ['-qsS', '--anyauth', '-u', login, `http://127.0.0.1:${port}${path}`])
  } finally {
    server.close()
  }
  const words = authorization.matchAll(/(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g)
  return new Map([...words].map(([, name = '', quoted, bare]) => [name, quoted ?? bare ?? '']))
}

/** Empty: there is no curl. */
function curlVersion(): string {
  return spawnSync('curl', ['--version'], { encoding: 'utf8' }).stdout ?? ''
}

/** Status and body, or that it refuses. */
async function askWithCurl(port: number): Promise<string> {
  const words = ['-qsS', '--max-time', '5', '-w', '\n%{http_code}', `http://127.0.0.1:${port}/`]
  try {
    const { stdout } = await run('curl', words, { encoding: 'latin1' })
    const cut = stdout.lastIndexOf('\n')
    return `${stdout.slice(cut + 1)} ${stdout.slice(0, cut)}`
  } catch {
    return 'refused'
  }
}
