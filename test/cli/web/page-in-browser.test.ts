import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { after, before, describe, it } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { page as answerOf } from '../../../src/cli/web/pages.ts'
import type { Status } from '../../../src/status/status-json.ts'
import { serveWeb, type WebServer } from '../../../src/web/server.ts'
import { openChromium } from '../../helpers/chromium.ts'
import { needs } from '../../helpers/needs.ts'
import { normal } from '../normal-status.ts'
import { pageStates, toldOf } from './page-states.ts'

const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
const desktop = { width: 1100, height: 800 }
const phone = { width: 360, height: 740 }
const looks = [
  { colorScheme: 'light', viewport: desktop },
  { colorScheme: 'dark', viewport: phone },
] as const

describe('The status page in a browser', { skip: needs('chromium') }, () => {
  let browser: Browser
  let server: WebServer
  let shown: Status = normal
  let url = ''

  before(async () => {
    server = await serveWeb(
      { host: '127.0.0.1', port: 0 },
      path => answerOf(path, toldOf(shown)),
      () => new Set(),
    )
    url = `http://127.0.0.1:${server.port}/`
    browser = await openChromium()
  })
  after(async () => {
    await browser?.close()
    await server?.close()
  })

  async function look(status: Status, options: Parameters<Browser['newPage']>[0]): Promise<Page> {
    shown = status
    const page = await browser.newPage(options)
    await page.goto(url)
    return page
  }

  for (const count of [4, 20])
    for (const [name, status] of Object.entries(pageStates(count)))
      it(`is for everybody, and scrolls no way but down: ${name}, ${count} relays`, async () => {
        for (const options of looks) {
          const page = await look(status, { ...options, bypassCSP: true })
          await page.addScriptTag({ path: axeFile })
          const found = await page.evaluate('axe.run().then(({ violations }) => violations)')
          assert.deepEqual(namesOf(found), [], JSON.stringify(options))
          const wide = await page.evaluate('document.documentElement.scrollWidth')
          assert.ok(Number(wide) <= options.viewport.width, `${wide} px wide`)
          await page.close()
        }
      })

  it('shows the same without scripts, and is read again by the browser', async () => {
    const page = await look(normal, { javaScriptEnabled: false })
    assert.match(String(await page.textContent('h1')), /lines at the master/)
    assert.equal(await page.getAttribute('meta[http-equiv=refresh]', 'content'), '5')
    await page.close()
  })

  it('obeys its own policy: no part of it is blocked', async () => {
    const page = await browser.newPage()
    const said: string[] = []
    page.on('console', message => said.push(message.text()))
    page.on('pageerror', error => said.push(String(error)))
    shown = normal
    await page.goto(url)
    assert.equal(await page.evaluate('typeof again'), 'function')
    await page.evaluate('again()')
    assert.deepEqual(said, [])
    await page.close()
  })

  it('shows what is new without being loaded anew', async () => {
    const page = await look(normal, {})
    await page.evaluate('window.stays = true')
    shown = pageStates(4).isolated ?? normal
    await page.evaluate('again()')
    assert.match(String(await page.textContent('h1')), /isolated/)
    assert.match(await page.title(), /^!! .*isolated/)
    assert.equal(await page.evaluate('window.stays'), true)
    await page.close()
  })

  it('keeps the last state while the daemon is away, and says since when', async () => {
    const page = await look(normal, {})
    assert.equal(await page.isVisible('#away'), false)
    await page.route(url, route => route.abort())
    await page.evaluate('again()')
    assert.match(
      String(await page.textContent('#away')),
      /has not answered since .*: what follows was true then/,
    )
    assert.match(String(await page.textContent('h1')), /lines at the master/)
    await page.unroute(url)
    await page.evaluate('again()')
    assert.equal(await page.isVisible('#away'), false)
    await page.close()
  })
})

/** `color-contrast: .banner p`: which rules are violated, and where. */
function namesOf(violations: unknown): string[] {
  const found = violations as readonly { id: string; nodes: readonly { target: unknown[] }[] }[]
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)
}
