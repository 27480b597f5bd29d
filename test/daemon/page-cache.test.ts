import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import { cachedPages } from '../../src/daemon/web-listener.ts'
import type { PageAt } from '../../src/web/server.ts'

describe('Of what is asked for by many', () => {
  let nowMs = 0
  let made = 0
  let code = 200
  let answer: PageAt = () => assert.fail()
  beforeEach(() => {
    nowMs = 5000
    made = 0
    code = 200
    answer = cachedPages({ mono: () => nowMs }, path => ({
      code,
      type: 'text/plain',
      body: `${path} ${++made}`,
    }))
  })
  const bodyOf = (path: string) => answer(path).body

  it('each page is made once within a second', () => {
    assert.deepEqual([bodyOf('/'), bodyOf('/metrics'), bodyOf('/')], ['/ 1', '/metrics 2', '/ 1'])
    nowMs += 999
    assert.equal(bodyOf('/'), '/ 1')
  })

  it('it is made anew a second later', () => {
    bodyOf('/')
    nowMs += 1000
    assert.equal(bodyOf('/'), '/ 2')
  })

  it('a page that says so is made anew each time', () => {
    const always = cachedPages({ mono: () => 0 }, () => {
      made += 1
      return { code: 200, type: 'text/plain', body: `${made}`, alwaysNew: true }
    })
    assert.deepEqual([always('/healthz').body, always('/healthz').body], ['1', '2'])
  })

  it('what is not well is made anew each time, and not kept for when it is well', () => {
    code = 503
    assert.deepEqual([bodyOf('/healthz'), bodyOf('/healthz')], ['/healthz 1', '/healthz 2'])
    code = 200
    assert.equal(bodyOf('/healthz'), '/healthz 3')
  })
})
