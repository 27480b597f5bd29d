import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isAskedHere, ownNames, serveWeb } from '../../src/web/server.ts'

const names = new Set(['tel2', 'tel2.example.org', 'status.example.org'])

describe('A page may be asked for', () => {
  for (const host of [
    ...['127.0.0.1', '127.0.0.1:9427', '10.34.1.11:80', '[::1]', '[::1]:9427', 'localhost', 'LOCALHOST:1'],
    ...['tel2', 'Tel2:9427', 'tel2.', 'tel2.example.org', 'status.example.org:80', '', undefined],
  ])
    it(`under ${host ?? 'no name'}`, () => assert.equal(isAskedHere(host, names), true))

  for (const host of [
    'evil.example',
    'tel2.evil.example',
    '127.0.0.1.evil.example',
    'tel',
    '[tel2]x',
    'tel2:80:80',
  ])
    it(`not under ${host}`, () => assert.equal(isAskedHere(host, names), false))
})

describe("This node's own names", () => {
  it('are its host name, the first part of that, and what /etc/hosts calls it besides', () => {
    const hosts =
      '127.0.0.1 localhost\n127.0.1.1\tTEL2.example.org tel2 # old\n10.34.1.10 tel1.example.org tel1\n'
    assert.deepEqual(ownNames('Tel2', hosts), ['tel2', 'tel2.example.org'])
    assert.deepEqual(ownNames('tel2.example.org', hosts), ['tel2.example.org', 'tel2'])
  })
})

describe('The HTTP server', () => {
  it('does not answer a browser that was led here under a foreign name, and says how to allow it', async t => {
    const page = () => ({ code: 200, type: 'text/plain', body: 'SECRET' })
    const server = await serveWeb({ host: '127.0.0.1', port: 0 }, page, () => names)
    t.after(() => server.close())
    const { request } = await import('node:http')
    const ask = (host: string, path = '/') =>
      new Promise<string>(resolve =>
        request({ port: server.port, path, headers: { host } }, response => {
          let body = `${response.statusCode} `
          response.setEncoding('utf8').on('data', text => {
            body += text
          })
          response.on('end', () => resolve(body))
        }).end(),
      )
    assert.equal(await ask('tel2'), '200 SECRET')
    assert.match(await ask('evil.example'), /^421 not asked for under this name: add it to \[http\] hosts/)
    assert.match(await ask('tel2', 'http://evil.example/'), /^421 /)
  })
})
