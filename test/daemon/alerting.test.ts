import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import type { HttpSending, MailSending, Sent } from '../../src/alerts/sending.ts'
import { files, VirtualNode } from './virtual-node.ts'

const master = '[master]\nhost = 10.34.1.10\n[failback]\nstable_for = 20s\n'
const hook = '[alert]\nurl = https://ops:geheim@hooks.example.org/geheim\nheader = X-Token: geheim\n'
const mail = 'mail_to = ops@example.org\nsmtp = mail.example.org:25\n'
const heartbeat = '[heartbeat]\nurl = https://hc-ping.com/geheim\n'

/** A node whose alerts are kept in short: `raised at-slave`; mail by its subject; pings by their path. */
class Told extends VirtualNode {
  readonly posts: string[] = []
  readonly mails: string[] = []
  readonly pings: string[] = []
  readonly said: string[] = []
  answer: Sent | 'hangs' = { ok: true }
  override senders = {
    http: (sending: HttpSending) => {
      const { url, body } = sending
      if (url.includes('hc-ping')) this.pings.push(new URL(url).pathname.replace('/geheim', 'ping'))
      else {
        const { event, code } = JSON.parse(body ?? '')
        this.posts.push(`${event} ${code}`)
      }
      return this.#answer()
    },
    mail: ({ subject }: MailSending) => {
      this.mails.push(subject.replace(/^[^:]*: /, ''))
      return this.#answer()
    },
    loadMail: () => Promise.resolve(),
  }

  /** What was told since the last look. */
  posted(): string[] {
    return this.posts.splice(0)
  }

  #answer(): Promise<Sent> {
    return this.answer === 'hangs' ? new Promise(() => {}) : Promise.resolve(this.answer)
  }
}

async function started(t: TestContext, config: string): Promise<Told> {
  const node = new Told(config)
  await node.start(t)
  await node.clock.advance(10_000)
  return node
}

describe('A night', () => {
  test('is told by mail, webhook and heartbeat, each thing once', async t => {
    const node = await started(t, master + hook + mail + heartbeat)
    assert.deepEqual([node.posted(), node.mails, node.pings.splice(0)], [[], [], ['ping']])
    node.dead.add('10.34.1.10')
    await node.clock.advance(30_000)
    assert.equal(node.status.role, 'slave')
    assert.deepEqual(node.posted(), ['raised check-failing', 'raised at-slave'])
    node.dead.clear()
    await node.clock.advance(60_000)
    assert.equal(node.status.role, 'master')
    assert.deepEqual(node.posted(), ['resolved check-failing', 'resolved at-slave'])
    const subjects = node.mails.map(subject => subject.slice(0, 36))
    assert.deepEqual(subjects, [
      'warning: check ping is down, it fail',
      'warning: the lines are at the slave:',
      'over: check ping was failing: no ans',
      'over: the lines were at the slave',
    ])
    assert.deepEqual([...new Set(node.pings)], ['ping'])
  })

  test('of an operator is told as well: paused, and over', async t => {
    const node = await started(t, master + hook + heartbeat)
    await node.handler?.({ command: 'pause', forMs: null, reason: 'a new cable' }, () => {})
    await node.clock.advance(5000)
    await node.handler?.({ command: 'resume' }, () => {})
    await node.clock.advance(10_000)
    assert.deepEqual(node.posted(), ['raised paused', 'resolved paused'])
    assert.deepEqual([...new Set(node.pings)], ['ping'])
  })
})

test('A night in front of a PBX is told in the words of such a site', async t => {
  const site = '[site]\nkind = bypass\n[check.sip]\ntype = sip\n[failback]\nstable_for = 20s\n'
  const node = await started(t, site + hook + mail)
  node.dead.add('127.0.0.1')
  await node.clock.advance(60_000)
  assert.equal(node.status.role, 'pbx')
  const lines = node.mails.filter(subject => subject.startsWith('warning: the lines are'))
  assert.deepEqual(
    lines.map(subject => subject.slice(0, 34)),
    ['warning: the lines are at the PBX:'],
  )
})

describe('What can not be told', () => {
  test('is a finding and one line of the log, without a secret, and over when it can be', async t => {
    const node = await started(t, master + hook + heartbeat)
    node.news()
    node.answer = { ok: false, why: 'connection refused' }
    await node.handler?.({ command: 'pause', forMs: null, reason: '' }, () => {})
    await node.clock.advance(60_000)
    const undelivered = () => node.status.findings.filter(({ code }) => code === 'alert-undelivered')
    assert.deepEqual(
      undelivered().map(({ text }) => text),
      [
        'an alert was not delivered: hooks.example.org (json): connection refused',
        'an alert was not delivered: heartbeat to hc-ping.com (healthchecks): connection refused',
      ],
    )
    assert.equal(node.news(/hooks\.example/).length, 1)
    node.answer = { ok: true }
    await node.clock.advance(400_000)
    assert.deepEqual(undelivered(), [])
    assert.doesNotMatch(JSON.stringify([node.lines, node.status]), /geheim/)
  })

  test('delays no failover: every way hangs', async t => {
    const tookMs = async (hangs: boolean) => {
      const node = await started(t, master + hook + mail + heartbeat)
      if (hangs) node.answer = 'hangs'
      await node.handler?.({ command: 'pause', forMs: null, reason: '' }, () => {})
      await node.clock.advance(60_000)
      await node.handler?.({ command: 'resume' }, () => {})
      await node.clock.advance(60_000)
      node.dead.add('10.34.1.10')
      const before = node.clock.mono()
      while (node.mode === 1) await node.clock.advance(1)
      return node.clock.mono() - before
    }
    assert.equal(await tookMs(true), await tookMs(false))
  })
})

describe('A reload', () => {
  test('sends what waits by the way that was corrected', async t => {
    const node = await started(t, master + hook)
    node.answer = { ok: false, why: 'HTTP 404', refused: true }
    await node.handler?.({ command: 'pause', forMs: null, reason: '' }, () => {})
    await node.clock.advance(4000)
    assert.deepEqual(node.posted(), ['raised paused'])
    node.answer = { ok: true }
    node.disk.set(files.configFile, `${master}[alert]\nurl = http://other.example.org/\n`)
    await node.reload()
    await node.clock.advance(100)
    assert.deepEqual(node.posted(), ['raised paused'])
    assert.ok(node.status.findings.every(({ code }) => code !== 'alert-undelivered'))
  })

  test('without a way drops what waits, and its finding', async t => {
    const node = await started(t, master + hook)
    node.answer = { ok: false, why: 'HTTP 404' }
    await node.handler?.({ command: 'pause', forMs: null, reason: '' }, () => {})
    await node.clock.advance(4000)
    node.disk.set(files.configFile, master)
    await node.reload()
    node.posted()
    await node.clock.advance(600_000)
    assert.deepEqual(node.posted(), [])
    assert.ok(node.status.findings.every(({ code }) => code !== 'alert-undelivered'))
  })
})

describe('A restart', () => {
  /** The node of the next run, on the same disk. */
  const again = async (t: TestContext, before: Told) => {
    await Promise.all([before.daemon.stop(), before.clock.advance(2000)])
    const node = new Told(master + hook)
    for (const [path, text] of before.disk) node.disk.set(path, text)
    await node.start(t)
    await node.clock.advance(20_000)
    return node
  }
  const paused = async (t: TestContext, answer: Sent = { ok: true }) => {
    const node = await started(t, master + hook)
    node.answer = answer
    await node.handler?.({ command: 'pause', forMs: null, reason: '' }, () => {})
    await node.clock.advance(5000)
    return node
  }

  test('tells nothing again that was told', async t => {
    assert.deepEqual((await again(t, await paused(t))).posted(), [])
  })

  test('tells what could not be told before', async t => {
    assert.deepEqual((await again(t, await paused(t, { ok: false, why: 'away' }))).posted(), [
      'raised paused',
    ])
  })

  test('tells that it is over, when that ends later', async t => {
    const node = await again(t, await paused(t))
    await node.handler?.({ command: 'resume' }, () => {})
    await node.clock.advance(10_000)
    assert.deepEqual(node.posted(), ['resolved paused'])
  })

  test('takes a file that makes no sense for none', async t => {
    const before = await paused(t)
    before.disk.set('/var/lib/berofosd/alerts.json', '{"url":[{"code":"x"},7]}')
    assert.deepEqual((await again(t, before)).posted(), ['raised paused'])
  })
})

describe('A test alert', () => {
  const ask = async (node: Told) => {
    const asked = node.handler?.({ command: 'alertTest' }, () => {})
    await node.clock.advance(0)
    return asked as Promise<{ ok: boolean; error?: string; tested: { title: string; sent: Sent }[] }>
  }

  test('is sent by every way, the heartbeat included, and what came of it is told', async t => {
    const node = await started(t, master + hook + mail + heartbeat)
    const { ok, tested } = await ask(node)
    assert.equal(ok, true)
    assert.deepEqual(
      tested.map(({ title }) => title),
      [
        'hooks.example.org (json)',
        'mail through mail.example.org:25',
        'heartbeat to hc-ping.com (healthchecks)',
      ],
    )
    assert.deepEqual(node.posted(), ['test test'])
  })

  test('that is refused says why', async t => {
    const node = await started(t, master + hook)
    node.answer = { ok: false, why: 'HTTP 403' }
    const { ok, error, tested } = await ask(node)
    assert.deepEqual(
      [ok, error, tested[0]?.sent],
      [false, 'not every alert was delivered', { ok: false, why: 'HTTP 403' }],
    )
  })

  test('without a way fails', async t => {
    const node = await started(t, master)
    const { ok, error } = await ask(node)
    assert.equal(ok, false)
    assert.match(error ?? '', /no way to tell anybody is set/)
  })
})
