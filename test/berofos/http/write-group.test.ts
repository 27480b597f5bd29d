import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { describe, test } from 'node:test'
import type { DeviceReply } from '../../../src/berofos/device.ts'
import { openDevice } from '../../../src/berofos/http/client.ts'
import { type SetOptions, setParameter } from '../../../src/berofos/http/write-group.ts'
import { fakeClock } from './fake-clock.ts'
import { rawServer } from './raw-server.ts'

const page133 = {
  '1_sz': '0',
  '4_mode': '1',
  '1_rm': 'checked',
  '5_p0': '1',
  '1_p0': '',
  '5_p1': '1',
  '1_p1': 'checked',
  '3_dn': 'fos 1',
  '3_ip': '10.34.1.20',
  '3_nm': '255.255.255.0',
  '3_gw': '10.34.1.1',
  '3_dns': '0.0.0.0',
  '3_dhcp': 'checked',
  '3_port': '80',
  '3_pwd': '',
  '2_mhost': '',
  '2_mfrom': 'fos@example.org',
  '2_mto': 'a b&c@example.org',
  '3_log': 'checked',
  '3_loghost': '10.34.1.2',
  '3_logport': '514',
  '6_wen': '0',
  '2_wen': '',
  '6_wstate': '0',
  '2_wintv': '60',
  '2_as': 'checked',
  '2_men': '',
  '0_wretv': '7',
}
type Page = Partial<Record<keyof typeof page133, string>>

const text = (page: Page) =>
  ['bnfos_confmap_magic=0.1', ...Object.entries(page).map(([key, value]) => `${key}=${value}`), ''].join(
    '\r\n',
  )

/** A device that shows one page before a write and another one after it, and keeps what it is asked. */
async function setUp(
  before: Page,
  after: Page,
  accepts: (head: string, written: boolean) => boolean = () => true,
) {
  const asked: string[] = []
  const server = await rawServer((socket, head) => {
    const target = head.split(' ')[1] ?? ''
    const written = asked.some(each => each !== '/config.txt')
    if (!accepts(head, written)) {
      socket.end('HTTP/1.0 401 No\r\nWWW-Authenticate: Basic realm="x"\r\n\r\n')
      return
    }
    asked.push(target)
    socket.end(`HTTP/1.0 200 OK\r\n\r\n${target === '/config.txt' ? text(written ? after : before) : ''}`)
  })
  const address = { host: '127.0.0.1', port: server.port, login: 'admin:old', timeoutMs: 3000 }
  const clock = fakeClock()
  const device = openDevice(address, clock)
  return {
    asked,
    server,
    set: (keyword: string, value: string, options: Partial<SetOptions> = {}) =>
      setParameter(device, keyword, value, { sleep: async () => {}, ...options }),
    async [Symbol.asyncDispose]() {
      device.close()
      await server.close()
      assert.equal(clock.pending(), 0, 'a timer is left')
    },
  }
}

function reportOf<T>(reply: DeviceReply<T>): T {
  assert.ok(reply.ok, JSON.stringify(reply))
  return reply.value
}

const group1 = '/?cmd=1&sz=0&rm=1&p0=0&p1=1'
const group3 =
  '/?cmd=3&dn=fos1&ip=10.34.1.20&nm=255.255.255.0&gw=10.34.1.1&dns=0.0.0.0&dhcp=1&port=80&pwd=0&syslog=1&slgip=10.34.1.2&slgpt=514'
const readable = { ...page133, '3_dn': 'fos1' }
const { '3_logport': _port, ...page153 } = readable

describe('The request', () => {
  for (const [keyword, value, page, expected] of [
    ['scenario', '1', readable, group1.replace('sz=0', 'sz=1')],
    ['modedef', 'no', readable, group1.replace('rm=1', 'rm=0')],
    ['power1def', 'yes', readable, group1.replace('p0=0', 'p0=1')],
    ['pwd', '1', readable, group3.replace('pwd=0', 'pwd=1')],
    ['PWD', 'TRUE', readable, group3.replace('pwd=0', 'pwd=1')],
    ['dns', '10.34.1.1', readable, group3.replace('dns=0.0.0.0', 'dns=10.34.1.1')],
    ['pwd', '1', page153, group3.replace('pwd=0', 'pwd=1').replace('&slgpt=514', '')],
    ['slgpt', '515', page153, group3.replace('slgpt=514', 'slgpt=515')],
    ['apwd', 'a b', readable, group3.replace('pwd=0', 'pwd=0&apwd=a%20b')],
    [
      'wdogdef',
      '1',
      readable,
      '/?cmd=2&mhost=&mfrom=fos%40example.org&mto=a%20b%26c%40example.org&wen=1&wintv=60&as=1&men=0',
    ],
    ['mode', '0', readable, '/?cmd=4&mode=0'],
    ['power1', '1', readable, '/?cmd=5&p=0&s=1'],
    ['power2', '0', readable, '/?cmd=5&p=1&s=0'],
    ['wdog', '1', readable, '/?cmd=6&wen=1'],
    ['wdogstate', '0', readable, '/?cmd=6&wstate=0'],
    ['smtptest', '', readable, '/?cmd=7'],
  ] as const) {
    test(`for ${keyword}=${value} is ${expected}`, async () => {
      await using at = await setUp(page, page)
      reportOf(await at.set(keyword, value))
      // Groups 4 to 7 are told first and read afterwards.
      const first = /cmd=[4-7]/.test(expected) ? [] : ['/config.txt']
      const asked = [...first, expected, '/config.txt']
      assert.deepEqual(at.asked.slice(0, asked.length), asked)
      assert.ok(at.asked.slice(asked.length).every(target => target === '/config.txt'))
    })
  }

  test('is sent once, however often a device that does not take it is read back', async () => {
    const paused: number[] = []
    await using at = await setUp(readable, readable)
    const sleep = async (ms: number) => void paused.push(ms)
    assert.equal(reportOf(await at.set('mode', '0', { sleep })).taken, 'no')
    const reading = '/config.txt'
    assert.deepEqual(at.asked, ['/?cmd=4&mode=0', ...Array.from({ length: 7 }, () => reading)])
    assert.deepEqual(paused, [100, 300, 600, 1000, 1500, 1500])
  })

  test('leaves out what the page shows and no device would take', async () => {
    await using at = await setUp({ '3_dn': 'no host name!', '3_dhcp': 'checked', '3_pwd': '' }, {})
    await at.set('pwd', '1')
    assert.equal(at.asked[1], '/?cmd=3&dhcp=1&pwd=1')
  })

  for (const [keyword, value, message] of [
    ['mode', 'banana', 'Value has to be 0 or 1!'],
    ['mode', '2', 'Value has to be 0 or 1!'],
    ['address', '10.0.0', 'Value has to be an IPv4 address!'],
    ['port', '0', 'Value has to be a number from 1 to 65535!'],
    ['apwd', '0123456789abcdef', 'Value has to be at most 15 characters!'],
    ['wdogrtime', '1', 'wdogrtime can only be read'],
    ['colour', 'red', 'a berofos has no parameter "colour"'],
  ] as const) {
    test(`for ${keyword}=${value} is never sent`, async () => {
      await using at = await setUp(readable, readable)
      const reply = await at.set(keyword, value)
      assert.deepEqual(!reply.ok && reply.error, { code: 'refused', text: message, answered: false })
      assert.deepEqual(at.asked, [])
    })
  }
})

describe('The report', () => {
  test('has what the parameter was and is', async () => {
    await using at = await setUp(readable, { ...readable, '3_pwd': 'checked' })
    assert.deepEqual(reportOf(await at.set('pwd', 'yes')), {
      keyword: 'pwd',
      before: '0',
      after: '1',
      taken: 'yes',
      changedToo: [],
      note: null,
    })
  })

  test('says when it was not taken', async () => {
    await using at = await setUp(readable, readable)
    const { after, taken } = reportOf(await at.set('scenario', '1'))
    assert.deepEqual([after, taken], ['0', 'no'])
  })

  for (const [written, before, after, expected] of [
    ['1', '2', '0', 'yes'],
    ['0', '2', '1', 'yes'],
    ['0', '2', '2', 'no'],
  ] as const) {
    test(`of wdogstate=${written} is ${expected} when ${before} reads ${after} then`, async () => {
      await using at = await setUp({ ...readable, '6_wstate': before }, { ...readable, '6_wstate': after })
      assert.equal(reportOf(await at.set('wdogstate', written)).taken, expected)
    })
  }

  test('names whatever else has changed, except what runs down by itself', async () => {
    const after = { ...readable, '3_pwd': 'checked', '3_dhcp': '', '4_mode': '0', '0_wretv': '3' }
    await using at = await setUp(readable, after)
    assert.deepEqual(reportOf(await at.set('pwd', '1')).changedToo, [
      { keyword: 'mode', before: '1', after: '0' },
      { keyword: 'dhcp', before: '1', after: '0' },
    ])
  })

  for (const [keyword, value, page] of [
    ['apwd', 'new', readable],
    ['smtptest', '', readable],
    ['slgpt', '515', page153],
  ] as const) {
    test(`does not know whether ${keyword} was taken`, async () => {
      await using at = await setUp(page, page)
      const { before, after, taken } = reportOf(await at.set(keyword, value))
      assert.deepEqual([before, after, taken], [null, null, 'unknown'])
    })
  }
})

describe('Afterwards', () => {
  const basic = (login: string) => `Authorization: Basic ${Buffer.from(login).toString('base64')}\r\n`
  const accepts = (head: string, written: boolean) =>
    head.includes(basic(written ? 'admin:new' : 'admin:old'))

  test('the device is read with the new password when it wants that, and the report says so', async () => {
    await using at = await setUp(readable, readable, accepts)
    const { taken, note } = reportOf(await at.set('apwd', 'new', { user: 'admin' }))
    assert.equal(taken, 'unknown')
    assert.equal(note, 'the new password is in force: write it into "login" of bnfos.conf')
    assert.equal(at.asked.length, 3)
  })

  for (const [password, taken] of [
    ['new', 'no'],
    ['old', 'unknown'],
  ] as const) {
    test(`a password ${password} is tried where the old one still opens a device that asks for it`, async () => {
      const page = { ...readable, '3_pwd': 'checked' }
      await using at = await setUp(page, page, head => head.includes(basic('admin:old')))
      const report = reportOf(await at.set('apwd', password, { user: 'admin' }))
      assert.deepEqual([report.after, report.taken, report.note], [null, taken, null])
    })
  }

  test('without the user the report says that the old password is no longer accepted', async () => {
    await using at = await setUp(readable, readable, accepts)
    const { after, note } = reportOf(await at.set('apwd', 'new'))
    assert.equal(after, null)
    assert.match(note ?? '', /^the old password is no longer accepted/)
  })

  test('a password protection that is switched on may ask for what nobody knows', async () => {
    await using at = await setUp(readable, readable, (_, written) => !written)
    const { before, taken, note } = reportOf(await at.set('pwd', '1'))
    assert.deepEqual([before, taken], ['0', 'unknown'])
    assert.match(note ?? '', /^it asks for its password now/)
  })

  test('a login that is asked for out of nowhere is an error', async () => {
    await using at = await setUp(readable, readable, (_, written) => !written)
    const reply = await at.set('scenario', '1')
    assert.ok(!reply.ok)
    assert.equal(reply.error.code, 'login')
    assert.match(reply.error.text, /^it was sent, but could not be read back: .* does not accept the login/)
    assert.doesNotMatch(reply.error.text, /old/)
  })

  test('a mode that the device took and that can not be read back is a success with a note', async () => {
    await using at = await setUp(readable, readable, (_, written) => !written)
    const { taken, note } = reportOf(await at.set('mode', '0'))
    assert.equal(taken, 'unknown')
    assert.match(note ?? '', /^the device took it, but could not be read back: .* does not accept the login/)
    assert.deepEqual(at.asked, ['/?cmd=4&mode=0'])
  })

  test('a login that is wrong from the start writes nothing', async () => {
    await using at = await setUp(readable, readable, () => false)
    const reply = await at.set('pwd', '1')
    assert.equal(!reply.ok && reply.error.code, 'login')
    assert.deepEqual(at.asked, [])
  })

  test('a device that took another port is read there', async () => {
    const after = { ...readable, '3_port': '' }
    await using elsewhere = await setUp(after, after)
    let gone = () => {}
    await using at = await setUp(readable, readable, (_, written) => {
      if (written) gone()
      return true
    })
    const { port } = elsewhere.server
    after['3_port'] = String(port)
    gone = () => {
      for (const socket of at.server.sockets) socket.destroy()
    }
    const { taken, after: shown, note } = reportOf(await at.set('port', String(port)))
    assert.deepEqual([taken, shown], ['yes', String(port)])
    assert.equal(note, `it answers at port ${port} now: use that one from now on`)
  })

  test('an address that the device took and that leads nowhere is known to be no failure', async () => {
    await using at = await setUp(readable, readable, (_, written) => {
      if (written) for (const socket of at.server.sockets) socket.destroy()
      return true
    })
    const { taken, note } = reportOf(await at.set('address', '127.0.0.99'))
    assert.equal(taken, 'unknown')
    assert.match(note ?? '', /look for it with bnfos --scan$/)
  })

  test('an abort ends it', async () => {
    await using at = await setUp(readable, readable)
    const reply = await at.set('mode', '0', { signal: AbortSignal.abort() })
    assert.equal(!reply.ok && reply.error.code, 'aborted')
    assert.deepEqual(at.asked, [])
  })
})

/** A device that reads mode=1 and has its own answer to a write; `obey` makes it read mode=0. */
async function setOdd(
  answer: (socket: Socket, obey: () => void) => void,
  options: Partial<SetOptions> & { readonly readable?: () => boolean; readonly closes?: () => boolean } = {},
) {
  let mode = '1'
  const server = await rawServer((socket, head) => {
    if (!head.startsWith('GET /config.txt')) return answer(socket, () => (mode = '0'))
    if (options.closes?.()) return socket.destroy()
    const known = options.readable?.() ?? true
    socket.end(known ? `HTTP/1.0 200 OK\r\n\r\n${text({ '4_mode': mode })}` : 'HTTP/1.0 404 No\r\n\r\n')
  })
  const clock = fakeClock()
  const device = openDevice({ host: '127.0.0.1', port: server.port, login: null, timeoutMs: 3000 }, clock)
  const reply = await setParameter(device, 'mode', '0', { sleep: async () => {}, ...options })
  device.close()
  await server.close()
  assert.equal(clock.pending(), 0, 'a timer is left')
  return reply
}

describe('Once it was sent, the reading decides', () => {
  for (const status of ['302 Found', '404 Not Found', '500 Internal Server Error'])
    test(`although the device answered ${status}`, async () => {
      const answer = `HTTP/1.0 ${status}\r\n\r\n`
      const obeyed = await setOdd((socket, obey) => {
        obey()
        socket.end(answer)
      })
      assert.equal(reportOf(obeyed).taken, 'yes')
      const refused = await setOdd(socket => void socket.end(answer))
      assert.match(refused.ok ? '' : refused.error.text, /refused the request with HTTP status/)
    })

  test('although the device closed without an answer', async () => {
    const reply = await setOdd((socket, obey) => {
      obey()
      socket.destroy()
    })
    assert.equal(reportOf(reply).taken, 'yes')
  })

  test('although the device needs seconds after its yes', async () => {
    let pauses = 0
    let later = () => {}
    const sleep = async () => {
      pauses += 1
      if (pauses === 6) later()
    }
    const reply = await setOdd(
      (socket, obey) => {
        later = obey
        socket.end('HTTP/1.0 200 OK\r\n\r\n')
      },
      { sleep },
    )
    assert.equal(reportOf(reply).taken, 'yes')
  })

  test('although the device takes only every second connection', async () => {
    let closed = false
    const reply = await setOdd(
      (socket, obey) => {
        obey()
        socket.end('HTTP/1.0 200 OK\r\n\r\n')
      },
      {
        closes: () => {
          const first = !closed
          closed = true
          return first
        },
      },
    )
    assert.equal(reportOf(reply).taken, 'yes')
  })

  const never = () => new Promise<void>(() => {})

  test('although it was cancelled before an answer', async () => {
    const stop = new AbortController()
    const reply = await setOdd(
      (_, obey) => {
        obey()
        stop.abort()
      },
      { signal: stop.signal, sleep: never },
    )
    assert.equal(reportOf(reply).taken, 'yes')
  })

  for (const answered of [false, true])
    test(`and a cancelled one that reads as before is unknown, ${answered ? 'answered' : 'unanswered'}`, async () => {
      const stop = new AbortController()
      const sleep = (_: number, signal?: AbortSignal) =>
        signal === stop.signal ? Promise.resolve(stop.abort()) : never()
      const reply = await setOdd(
        socket => {
          if (answered) socket.end('HTTP/1.0 200 OK\r\n\r\n')
          else stop.abort()
        },
        { signal: stop.signal, sleep },
      )
      assert.equal(
        reply.ok ? '' : reply.error.text,
        "It was sent before it was cancelled, and it read mode = 1 right after: whether the device takes it is unknown: 'bnfos --get mode' tells",
      )
    })

  test('and a cancelled one that can not be read back is unknown', async () => {
    const stop = new AbortController()
    const options = { signal: stop.signal, sleep: never, readable: () => false }
    const reply = await setOdd(() => stop.abort(), options)
    assert.match(
      reply.ok ? '' : reply.error.text,
      /^It was sent before it was cancelled, and could not be read back: whether the device takes it is unknown/,
    )
  })
})

test('a device answers elsewhere with the same settings otherwise', async () => {
  await using at = await setUp(readable, readable)
  const device = openDevice({ host: '127.0.0.1', port: 1, login: null, timeoutMs: 3000 }, fakeClock())
  const moved = device.moved({ port: at.server.port })
  assert.ok((await moved.read()).ok)
  moved.close()
})

test('parameters of two groups are not written at once', async () => {
  await using at = await setUp(readable, readable)
  const device = openDevice(
    { host: '127.0.0.1', port: at.server.port, login: null, timeoutMs: 3000 },
    fakeClock(),
  )
  const reply = await device.writeAll({ mode: '1', wdog: '0' })
  assert.equal(!reply.ok && reply.error.text, 'mode, wdog can not be written at once')
  assert.deepEqual(at.asked, [])
})
