import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { loadMail, sendMail } from '../../src/alerts/mail.ts'
import type { MailSending } from '../../src/alerts/sending.ts'
import { systemClock } from '../../src/system/clock.ts'
import { FakeClock } from '../helpers/fake-clock.ts'
import { freePort } from '../helpers/free-port.ts'
import { needs } from '../helpers/needs.ts'
import { temporary } from '../helpers/temporary.ts'
import { until } from '../helpers/until.ts'
import { startPeer } from './peers.ts'

const never = new AbortController().signal

function mailTo(port: number, changes: Partial<MailSending> = {}): MailSending {
  return {
    smtp: { host: '127.0.0.1', port },
    from: 'berofosd@tel2.example',
    to: ['ops@example.org', 'night@example.org'],
    subject: 'tel2: error: fos3 is not confirmed',
    text: 'since 03:12: fos3 is not confirmed: für heute Nacht\n',
    headers: { 'Auto-Submitted': 'auto-generated' },
    ...changes,
  }
}

async function startSmtp(t: TestContext, ...more: string[]) {
  const port = await freePort()
  const args = ['-n', '-l', `127.0.0.1:${port}`, '-c', 'aiosmtpd.handlers.Debugging', ...more]
  return { port, ...(await startPeer(t, 'aiosmtpd', port, args)) }
}

describe('Mail', () => {
  test('is taken by an SMTP server, with sender, recipients and text', {
    skip: needs('aiosmtpd'),
  }, async t => {
    const { port, printed } = await startSmtp(t, 'stdout')
    assert.deepEqual(await sendMail(mailTo(port), systemClock, never), { ok: true })
    await until('the mail is there', () => printed().includes('END MESSAGE'))
    const text = printed().replace(/=\r?\n/g, '')
    assert.match(text, /^From: berofosd@tel2\.example$/m)
    assert.match(text, /^To: ops@example\.org, night@example\.org$/m)
    assert.match(text, /^Subject: tel2: error: fos3 is not confirmed$/m)
    assert.match(text, /^Auto-Submitted: auto-generated$/m)
    assert.match(text, /f=C3=BCr heute Nacht/)
  })

  test("has this node's own name in a sender at HOSTNAME", { skip: needs('aiosmtpd') }, async t => {
    const { port, printed } = await startSmtp(t, 'stdout')
    await sendMail(mailTo(port, { from: 'berofosd@HOSTNAME' }), systemClock, never)
    await until('the mail is there', () => printed().includes('END MESSAGE'))
    assert.doesNotMatch(printed(), /HOSTNAME/)
  })

  test('goes over TLS where the server has it, whatever its certificate', {
    skip: needs('aiosmtpd', 'openssl'),
  }, async t => {
    const directory = temporary(t)
    const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')]
    const wanted = [
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-subj',
      '/CN=other',
      '-keyout',
      key,
      '-out',
      cert,
    ]
    execFileSync('openssl', ['req', ...wanted], { stdio: 'ignore' })
    // It takes no mail without TLS.
    const { port, printed } = await startSmtp(t, '--tlscert', cert, '--tlskey', key, 'stdout')
    assert.deepEqual(await sendMail(mailTo(port), systemClock, never), { ok: true })
    await until('the mail is there', () => printed().includes('END MESSAGE'))
  })

  test('goes to a bare name, which is a mailbox of the server', async t => {
    const said: string[] = []
    const port = await startTalk(t, line => {
      said.push(line.trim())
      return /^RCPT/.test(line) ? '550 seen' : '250 ok'
    })
    await sendMail(mailTo(port, { to: ['root'] }), systemClock, never)
    assert.ok(said.includes('RCPT TO:<root>'), said.join())
  })

  test('that nobody takes says so', async () => {
    const port = await freePort()
    assert.deepEqual(await sendMail(mailTo(port), systemClock, never), {
      ok: false,
      why: 'connection refused',
    })
  })

  test("that a server refuses tells the server's words, and is refused", async t => {
    const port = await startTalk(t, line => (/^RCPT/.test(line) ? '550 5.1.1 no such user' : '250 ok'))
    const end = await sendMail(mailTo(port), systemClock, never)
    assert.deepEqual(end, { ok: false, why: '550 5.1.1 no such user', refused: true })
  })

  test('that a server wants later may be taken later', async t => {
    const port = await startTalk(t, line => (/^MAIL/.test(line) ? '451 4.7.1 greylisted' : '250 ok'))
    assert.deepEqual(await sendMail(mailTo(port), systemClock, never), {
      ok: false,
      why: '451 4.7.1 greylisted',
    })
  })

  test('to a server that says nothing ends at the deadline, with its connection', async t => {
    await loadMail()
    const clock = new FakeClock()
    let peer: Socket | null = null
    const server = createServer(socket => {
      peer = socket.on('error', () => {})
    }).listen(0, '127.0.0.1')
    t.after(() => server.close())
    await once(server, 'listening')
    const sending = sendMail(mailTo((server.address() as { port: number }).port), clock, never)
    await until('it is asked', () => peer !== null)
    await clock.advance(20_000)
    assert.deepEqual(await sending, { ok: false, why: 'no answer in 20 s' })
    await until(
      'the connection is gone',
      () => (peer as Socket | null)?.closed === true || peer?.readableEnded === true,
    )
    peer = null
  })
})

/** A server on loopback that greets and answers each line; its port. */
async function startTalk(t: TestContext, answer: (line: string) => string): Promise<number> {
  const server = createServer(socket => {
    socket.on('error', () => {}).setEncoding('utf8')
    socket.write('220 test ESMTP\r\n')
    socket.on('data', (text: string) => socket.write(`${answer(text)}\r\n`))
  }).listen(0, '127.0.0.1')
  t.after(() => server.close())
  await once(server, 'listening')
  return (server.address() as { port: number }).port
}
