import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { parseLogin } from '../../src/berofos/http/login.ts'
import { readBnfos } from '../../src/config/bnfos-file.ts'

const read = (text: string) => readBnfos(Buffer.from(text))
const loginOf = (text: string) => read(`[fos1]\nhost = a\n${text}\n`).devices[0]?.login

describe('a device of bnfos.conf', () => {
  test('has mac, host and login, port 80 and is not inverted', () => {
    const { devices, problems, warnings } = read(
      '[fos1]\nmac = 00:19:32:00:12:1d\nhost = 10.34.1.20\nlogin = admin:secret\n',
    )
    const mac = '00:19:32:00:12:1D'
    assert.deepEqual(devices, [
      { name: 'fos1', host: '10.34.1.20', mac, login: 'admin:secret', port: 80, invert: false },
    ])
    assert.deepEqual([...problems, ...warnings], [])
  })
  test('has null for what is empty, missing or the unset address', () => {
    const [first, second] = read(
      '[fos1]\nmac = 00:19:32:00:12:1d\nhost =\nlogin =\n[fos2]\nmac=00:19:32:00:12:1e\nhost = 0.0.0.0',
    ).devices
    assert.deepEqual([first?.host, first?.login, second?.host, second?.login], [null, null, null, null])
  })
  test('is known by its name and keys in any case', () => {
    const [device] = read('[FOS12]\nHost = Fos12.example\nLOGIN = A:b').devices
    assert.deepEqual([device?.name, device?.host, device?.login], ['fos12', 'Fos12.example', 'A:b'])
  })
  test('stands in the order of the file', () => {
    const { devices } = read('[fos2]\nhost = b\n[fos10]\nhost = c\n[fos1]\nhost = a')
    assert.deepEqual(
      devices.map(({ name }) => name),
      ['fos2', 'fos10', 'fos1'],
    )
  })
  test('may have a comment behind its host and mac', () => {
    const [device] = read(
      '[fos1] ; first\nhost = 10.34.1.20 ; cellar\nmac = 00:19:32:00:12:1D # label',
    ).devices
    assert.deepEqual([device?.host, device?.mac], ['10.34.1.20', '00:19:32:00:12:1D'])
  })
})

describe('a login is the rest of its line, byte for byte', () => {
  const rows: [string, string][] = [
    ['login = admin:pa;ss', 'admin:pa;ss'],
    ['login = admin:pa ;ss # x', 'admin:pa ;ss # x'],
    ['login = admin:#', 'admin:#'],
    ['login = admin:a=b', 'admin:a=b'],
    ['login = "admin:x"', '"admin:x"'],
    ["login = admin:'x'", "admin:'x'"],
    ['login = admin:a\\;b\\\\', 'admin:a\\;b\\\\'],
    ['login =   admin: two  blanks \t ', 'admin: two  blanks'],
    ['login=admin:pässwörd€', 'admin:pässwörd€'],
    ['login = admin:\u00a0', 'admin:\u00a0'],
    ['login = ;:x', ';:x'],
    ['login = admin:', 'admin:'],
    ['login = admin:a:b\r', 'admin:a:b'],
  ]
  for (const [line, login] of rows) test(line.trim(), () => assert.equal(loginOf(line), login))

  test('whatever characters it has', () => {
    // Control characters are refused, and blanks at the ends left out, by design.
    const login = fc
      .string({ unit: 'binary', maxLength: 40 })
      .filter(text => !/[\p{Cc}\u2028\u2029]/u.test(text))
      .map(text => `u:${text}`.replace(/[ \t]+$/, ''))
    fc.assert(fc.property(login, text => assert.equal(loginOf(`login = ${text}`), text)))
  })
})

describe('what is strange in bnfos.conf is told and passed over', () => {
  test('sections of other names', () => {
    const { devices, problems, warnings } = read('[fos:]\nhost = a\n[global]\nx = 1\n[fos1]\nhost = b')
    assert.deepEqual(
      devices.map(({ name }) => name),
      ['fos1'],
    )
    assert.deepEqual(problems, [])
    assert.deepEqual(
      warnings.map(({ line, section }) => [line, section]),
      [
        [1, 'fos:'],
        [3, 'global'],
      ],
    )
  })
  test('keys of other names', () => {
    const { problems, warnings } = read('[fos1]\nhost = a\ncomment = b\nconstructor = c')
    assert.deepEqual(problems, [])
    assert.deepEqual(
      warnings.map(({ line, key }) => [line, key]),
      [
        [3, 'comment'],
        [4, 'constructor'],
      ],
    )
  })
})

describe('bnfos.conf is bytes, not text', () => {
  const latin1 = (text: string) => readBnfos(Buffer.from(text, 'latin1'))

  test('a login and a comment in Latin-1 are as good as ones in UTF-8', () => {
    const { devices, problems } = latin1('; überprüft\n[fos1] # Büro\nhost = a\nlogin = admin:gr\xfcn\x80\n')
    assert.deepEqual(problems, [])
    // The bytes fc and 80, as they are sent to the device.
    const { user, password } = parseLogin(devices[0]?.login ?? '')
    assert.deepEqual([user, password], ['admin', 'gr\xfcn\x80'])
  })

  test('any bytes of a login but the controls of ASCII arrive at the device unchanged', () => {
    const password = fc
      .uint8Array({ maxLength: 15 })
      .map(bytes => bytes.filter(byte => byte > 0x20 && byte !== 0x7f))
    fc.assert(
      fc.property(password, bytes => {
        const text = Buffer.concat([
          Buffer.from('[fos1]\nhost = a\nlogin = admin:'),
          bytes,
          Buffer.from('\n'),
        ])
        const login = readBnfos(text).devices[0]?.login ?? ''
        assert.deepEqual(Buffer.from(parseLogin(login).password, 'latin1'), Buffer.from(bytes))
      }),
    )
  })

  test('anything may be in a comment', () => {
    const { devices, problems } = latin1('#\x00\x07\x85\x1b[31m\n[fos1]\nhost = a\n;\xff\xfe\n')
    assert.deepEqual([devices.length, problems], [1, []])
  })

  test('a byte order mark is skipped in a file that is not UTF-8', () => {
    assert.deepEqual(latin1('\xef\xbb\xbf[fos1]\nhost = a\nlogin = u:\xe4').problems, [])
    assert.deepEqual(latin1('\xef\xbb\xbf[fos1] ;\xe4\nhost = a\n').problems, [])
  })

  test('a control character outside of a comment is a problem', () => {
    const { problems } = latin1('[fos1]\nhost = a\nlogin = u:\x07\n')
    assert.deepEqual(
      problems.map(({ line }) => line),
      [3],
    )
  })
})

describe('The sections that the drop-ins work with', () => {
  test('are those of every name that have a key of a device', () => {
    const { sections, devices } = read(
      '[fos:]\nhost = a\n[Attic]\nMAC = 00-19-32-00-12-1d\n[global]\nx = 1\n[fos1]\nhost = b',
    )
    assert.deepEqual(
      sections.map(({ device: { name, host, mac } }) => [name, host, mac]),
      [
        ['fos:', 'a', null],
        ['attic', null, '00:19:32:00:12:1D'],
        ['fos1', 'b', null],
      ],
    )
    assert.deepEqual(
      devices.map(({ name }) => name),
      ['fos1'],
    )
  })

  test('keep what makes sense in them beside what does not', () => {
    const { sections } = read(
      '[fos1]\nhost = a\nmac = nonsense\n[fos2]\nhost = b c\nlogin = x:y\nnonsense\n[fos2]\nhost = d',
    )
    assert.deepEqual(
      sections.map(({ device: { host, mac, login }, problems }) => [
        host,
        mac,
        login,
        problems.map(({ line }) => line),
      ]),
      [
        ['a', null, null, [3]],
        [null, null, 'x:y', [5]],
        ['d', null, null, [8]],
      ],
    )
  })

  test('take a MAC with - or . in place of :', () => {
    for (const sign of ['-', '.', ':'])
      assert.equal(
        read(`[fos1]\nmac = ${['00', '19', '32', '00', '12', '1d'].join(sign)}`).devices[0]?.mac,
        '00:19:32:00:12:1D',
      )
  })
})

test('no message about any login holds a piece of it', () => {
  const login = fc.stringMatching(/^[A-Z]{12}$/)
  const lines = [
    'login S',
    'S',
    'login: S = 1',
    '[S',
    'S = 1',
    'login = S',
    'host = u:S',
    'mac = S',
    'login = S\u0007',
  ]
  fc.assert(
    fc.property(login, fc.constantFrom(...lines), (secret, line) => {
      const { problems } = read(`[fos1]\n${line.replace('S', secret)}\nlogin = ${secret}`)
      assert.ok(problems.length > 0)
      assert.ok(!JSON.stringify(problems).includes(secret))
    }),
  )
})

test('any bytes are read without an exception', () => {
  const words = ['[fos1]\n', '[fos', 'host = ', 'mac = ', 'login = ', '\n', '=', ';', '"', ':', ' ']
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 12 }),
    fc.constantFrom(...words).map(word => Buffer.from(word)),
  )
  fc.assert(fc.property(fc.array(piece, { maxLength: 30 }), pieces => void readBnfos(Buffer.concat(pieces))))
})
