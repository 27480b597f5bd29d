import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { decodeValue, scanIni } from '../../src/config/ini-file.ts'

const keysOf = (text: string | Uint8Array) =>
  scanIni(text).sections.map(({ name, line, entries }) => [
    name,
    line,
    ...entries.map(e => [e.key, e.value, e.line]),
  ])

describe('the structure of an INI file', () => {
  const rows: [string, string | Uint8Array, unknown][] = [
    [
      'sections and keys have their lines',
      '[a]\nb = 1\n\n[c]\nd=2',
      [
        ['a', 1, ['b', '1', 2]],
        ['c', 4, ['d', '2', 5]],
      ],
    ],
    ['a byte order mark is skipped', '\ufeff[a]\nb = 1', [['a', 1, ['b', '1', 2]]]],
    ['a byte order mark is skipped in bytes', Buffer.from('\ufeff[a]\nb = ü'), [['a', 1, ['b', 'ü', 2]]]],
    ['lines may end with CR LF', '[a]\r\nb = 1\r\n', [['a', 1, ['b', '1', 2]]]],
    ['comment lines begin with ; or #', '; x = 1\n[a]\n  # b = 1\n\t;c = 2', [['a', 2]]],
    [
      'a section may have a comment behind it',
      '[a] ; the first\n[b]# the second',
      [
        ['a', 1],
        ['b', 2],
      ],
    ],
    ['blanks around names do not count', ' [ a b ] \n\tb\t=\t1\t', [['a b', 1, ['b', '1', 2]]]],
    ['a dot does not nest', '[a.b]\nc.d = 1', [['a.b', 1, ['c.d', '1', 2]]]],
    [
      'a key may be called like a section or a property',
      '[a]\na = 1\n__proto__ = 2\ntoString = 3',
      [['a', 1, ['a', '1', 2], ['__proto__', '2', 3], ['toString', '3', 4]]],
    ],
    ['a key with brackets is no list', '[a]\nb[] = 1', [['a', 1, ['b[]', '1', 2]]]],
    ['the first = divides', '[a]\nb = c = d', [['a', 1, ['b', 'c = d', 2]]]],
    ['an empty file has no sections', '', []],
  ]
  for (const [title, text, expected] of rows)
    test(title, () => {
      assert.deepEqual(keysOf(text), expected)
      assert.deepEqual(scanIni(text).problems, [])
    })

  test('keys behind a malformed section line belong to no other section', () => {
    assert.deepEqual(keysOf('[a]\nb = 1\n[c\nd = 2\n[e]\nf = 3'), [
      ['a', 1, ['b', '1', 2]],
      ['e', 5, ['f', '3', 6]],
    ])
  })
  for (const bytes of [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0x80]])
    test(`the bytes ${bytes} are not UTF-8, which is told of their line only`, () => {
      const content = Buffer.concat([Buffer.from('[a]\nb = '), Buffer.from(bytes), Buffer.from('\nc = ü\n')])
      const scanned = scanIni(content)
      assert.deepEqual(
        scanned.problems.map(({ line, what }) => [line, what.slice(0, 12)]),
        [[2, 'is not UTF-8']],
      )
      assert.deepEqual(keysOf(content), [['a', 1, ['c', 'ü', 3]]])
    })
})

describe('a value is', () => {
  const rows: [string, string, string, boolean?][] = [
    ['the text up to a blank and ;', '1s ; often', '1s', true],
    ['the text up to a blank and #', '1s\t# often', '1s', true],
    ['empty before a comment at once', '; nothing', '', true],
    ['whole with a ; glued inside', 'echo a;echo b', 'echo a;echo b'],
    ['whole with a # glued inside', 'http://host/a#b', 'http://host/a#b'],
    ['whole with ; at its end', 'echo a;', 'echo a;'],
    ['as it stands between single quotes', `'a ; "b" \\; \\ # c'`, 'a ; "b" \\; \\ # c'],
    ['as it stands between single quotes, though ini would take it for JSON', `'{"a": 1}'`, '{"a": 1}'],
    ['a number as written', '007', '007'],
    ['a quoted number as written', "'1e3'", '1e3'],
    ['a word, not a boolean', 'true', 'true'],
    ['a quoted word, not a boolean', "'true'", 'true'],
    ['a word in double quotes, not a boolean', '"true"', 'true'],
    ['a word, not null', 'null', 'null'],
    ['without the double quotes around it', '"a ; b"', 'a ; b'],
    ['JSON between double quotes', '"a \\"b\\" \\\\ ü"', 'a "b" \\ ü'],
    ['quoted with a comment behind it', '"a" ; b', 'a', true],
    ['quoted with a tab in it', '"a\tb"', 'a\tb'],
    ['with its quotes when they hold a part of it', '"a ; b" c', '"a ; b" c'],
    ['with its quotes when they hold several parts', '"a ; b" "c # d"', '"a ; b" "c # d"'],
    ['with its single quotes when they hold several parts', "'a ; b' 'c'", "'a ; b' 'c'"],
    ['whole with quotes inside', 'logger "a ; b" ; c', 'logger "a ; b"', true],
    ['cut behind an apostrophe', "don't ; c", "don't", true],
    ['cut behind an escaped quote', 'echo \\" ; say "', 'echo \\"', true],
    ['with ; for \\;', 'echo a \\; echo b', 'echo a ; echo b'],
    ['with # for \\#', 'a \\# b', 'a # b'],
    ['with \\ for two of them', 'a\\\\b', 'a\\b'],
    ['with other backslashes as they are', 'a\\d', 'a\\d'],
    ['with a backslash at its end', 'a\\', 'a\\'],
    ['a lone quote', '"', '"'],
    ['what looks like a section', '[a]', '[a]'],
  ]
  for (const [title, rest, text, commented = false] of rows)
    test(title, () => assert.deepEqual(decodeValue(rest), { ok: true, text, commented }))

  const wrong = ['"a \\q"', '"\\u0000"', '"a\\nb"', '"\\u12"']
  for (const rest of wrong) test(`no value: ${rest}`, () => assert.equal(decodeValue(rest).ok, false))

  test('any printable text when it is written between single quotes', () => {
    const text = fc.string({ unit: 'grapheme-ascii', maxLength: 60 }).filter(t => !t.includes("'"))
    fc.assert(fc.property(text, t => assert.equal(decodeValue(`'${t}'`).text, t)))
  })
  test('any printable text when it is written as JSON', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), t =>
        assert.equal(decodeValue(JSON.stringify(t)).text, t),
      ),
    )
  })
  test('any text without quotes, backslash, blanks at its ends and a mark after a blank, as it stands', () => {
    const plain = fc
      .stringMatching(/^[a-z0-9=:/.,!$%&()*+<>?@^_`{|}~;# -]*$/)
      .map(t => t.trim())
      .filter(t => !/(^|[ \t])[;#]/.test(t))
    fc.assert(fc.property(plain, t => assert.equal(decodeValue(t).text, t)))
  })
})

test('any bytes are scanned without an exception, in sections of the lines they have', () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 20 }),
    fc
      .constantFrom('[', ']', '=', ';', '#', '"', "'", '\\', '\n', '\r', ' ', '[a]\n', 'b = ')
      .map(t => Buffer.from(t)),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), pieces => {
      const content = Buffer.concat(pieces)
      const lines = content.toString('latin1').split('\n').length
      const { sections, problems } = scanIni(content)
      for (const { line } of [...sections, ...sections.flatMap(s => s.entries)])
        assert.ok(line >= 1 && line <= lines)
      for (const { line } of problems) assert.ok(line !== null && line >= 1 && line <= lines)
    }),
    { numRuns: 500 },
  )
})
