import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { loadDevices, loadSettings } from '../../src/config/load.ts'
import { loadSections } from '../../src/config/load-sections.ts'

const data = fileURLToPath(new URL('../data/', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'berofosd-load-'))
chmodSync(folder, 0o755)
after(() => rmSync(folder, { recursive: true }))

let files = 0
function file(content: string | Uint8Array, mode = 0o640): string {
  const path = join(folder, `${++files}.conf`)
  writeFileSync(path, content)
  chmodSync(path, mode)
  return path
}
const master = '[master]\nhost = 10.34.1.10\n'
const absent = join(folder, 'absent.conf')
const load = (configFile: string, bnfosFile = absent) => loadSettings({ configFile, bnfosFile })

async function settingsOf(text: string, bnfos?: string) {
  const loaded = await load(file(text), bnfos === undefined ? absent : file(bnfos))
  assert.ok(loaded.ok, JSON.stringify(loaded))
  return loaded.settings
}

describe('the settings', () => {
  test('of a check have its fast interval where one is written, and none where the key is empty', async () => {
    const { checks } = await settingsOf(
      `${master}[check.a]\nfast_interval = 300ms\n[check.b]\nfast_interval =\n[check.c]\n`,
    )
    assert.deepEqual(
      checks.map(({ fastIntervalMs }) => fastIntervalMs),
      [300, undefined, undefined],
    )
  })

  test('are those of a file with every section', async () => {
    const loaded = await load(`${data}every-section.conf`, `${data}two-devices.conf`)
    assert.ok(loaded.ok, JSON.stringify(loaded))
    const { settings } = loaded
    assert.deepEqual(
      settings.checks.map(({ name, type, intervalMs, fall, required }) => [
        name,
        type,
        intervalMs,
        fall,
        required,
      ]),
      [
        ['ping', 'ping', 1000, 5, true],
        ['sip', 'sip', 5000, 48, true],
        ['web', 'http', 1000, 5, false],
        ['ssh', 'tcp', 1000, 5, true],
        ['calls', 'command', 10000, 5, true],
      ],
    )
    assert.deepEqual(settings.witnesses, ['10.34.1.1', '10.34.1.2'])
    assert.deepEqual(settings.log.syslog, { path: '/dev/log' })
    assert.deepEqual(
      settings.devices?.map(({ name, port, invert }) => [name, port, invert]),
      [
        ['fos1', 80, false],
        ['fos2', 80, false],
      ],
    )
  })
  test('are the same with CR LF line ends and a byte order mark', async () => {
    const text = '[master]\nhost = 10.34.1.10\n[hooks]\nafter_slave = echo ü\n'
    assert.deepEqual(await settingsOf(`\ufeff${text.replaceAll('\n', '\r\n')}`), await settingsOf(text))
  })
  test('have one ping check when the file has none', async () => {
    const { checks } = await settingsOf(master)
    const times = { intervalMs: 1000, timeoutMs: 1000, fall: 5, rise: 5 }
    assert.deepEqual(checks, [{ name: 'ping', type: 'ping', host: '10.34.1.10', ...times, required: true }])
  })
  test("give a check the master's host unless it has its own", async () => {
    const { checks } = await settingsOf(
      `${master}[check.a]\n[check.b]\nhost = 10.34.1.11\n[check.c]\nhost =\n`,
    )
    assert.deepEqual(
      checks.map(({ host }) => host),
      ['10.34.1.10', '10.34.1.11', '10.34.1.10'],
    )
  })
  test('give an http check the host of its url', async () => {
    const { checks } = await settingsOf(`${master}[check.a]\ntype = http\nurl = https://[::1]:8443/x#y;z\n`)
    const [check] = checks
    assert.ok(check?.type === 'http')
    assert.deepEqual([check.host, check.url], ['::1', 'https://[::1]:8443/x#y;z'])
  })
  test('take switches and words in any case', async () => {
    const text =
      '[check.a]\ntype = SIP\ntransport = TCP\nrequired = ON\n[log]\nfacility = LOCAL0\nsyslog = NONE\n'
    const { checks, log } = await settingsOf(master + text)
    assert.deepEqual(
      checks.map(check => [check.type, check.required]),
      [['sip', true]],
    )
    assert.deepEqual([log.facility, log.syslog], ['local0', 'none'])
  })
  test('join a device with its [relay.NAME]', async () => {
    const text = `${master}[relay.fos2]\nport = 8080\ninvert = yes\n`
    const { devices } = await settingsOf(text, '[fos1]\nhost = a\n[FOS2]\nhost = b\n')
    assert.deepEqual(
      devices?.map(({ name, port, invert }) => [name, port, invert]),
      [
        ['fos1', 80, false],
        ['fos2', 8080, true],
      ],
    )
  })
  test('have no devices without bnfos.conf, and [relay.NAME] may stay', async () => {
    assert.equal((await settingsOf(`${master}[relay.fos7]\nport = 81\n`)).devices, null)
  })
  test('know udp and listening addresses of both families', async () => {
    const { log, http } = await settingsOf(
      `${master}[log]\nsyslog = udp://[::1]:514\n[http]\nlisten = 0.0.0.0:9427\n`,
    )
    assert.deepEqual(log.syslog, { host: '::1', port: 514 })
    assert.deepEqual(http.listen, { host: '0.0.0.0', port: 9427 })
  })
  test('know status codes and ranges', async () => {
    const text = `${master}[check.a]\ntype = http\nurl = http://a/\nexpect = 200, 204,300 - 399\n`
    const [check] = (await settingsOf(text)).checks
    assert.deepEqual(check?.type === 'http' && check.expect, [
      [200, 200],
      [204, 204],
      [300, 399],
    ])
  })
})

describe('warnings', () => {
  const warningsOf = async (config: string, bnfos: string) => {
    const loaded = await load(config, bnfos)
    assert.ok(loaded.ok, JSON.stringify(loaded))
    return loaded.warnings.map(text => text.replaceAll(bnfos, 'BNFOS').replaceAll(config, 'FILE'))
  }
  test('two sections with one MAC: which of them answers can not be told', async () => {
    const bnfos = file(
      '[fos1]\nhost = a\nmac = 00:19:32:00:00:01\n[fos2]\nhost = b\nmac = 00-19-32-00-00-01\n',
    )
    assert.deepEqual(await warningsOf(file(master), bnfos), [
      "BNFOS:6: [fos2] mac: is the MAC of [fos1] as well, expected that of another device: 'bnfos --scan' shows them",
    ])
  })

  test('tell of a login that everyone can read', async () => {
    const bnfos = file('[fos1]\nhost = a\nlogin = a:geheim\n', 0o644)
    assert.deepEqual(await warningsOf(file(master), bnfos), [
      'BNFOS: is world-readable and holds a login: chmod 0640 BNFOS, chown root:berofosd BNFOS',
    ])
  })
  test('do not tell of it without a login, or when only the group can read', async () => {
    assert.deepEqual(await warningsOf(file(master), file('[fos1]\nhost = a\n', 0o644)), [])
    assert.deepEqual(await warningsOf(file(master), file('[fos1]\nhost = a\nlogin = a:b\n', 0o640)), [])
  })
  test('tell of a bnfos.conf without devices', async () => {
    assert.deepEqual(await warningsOf(file(master), file('')), [
      'BNFOS: names no device, expected a section such as [fos1]',
    ])
  })
  test('tell of a command that seems to end at a comment', async () => {
    const config = file(`${master}[hooks]\nafter_slave = echo a ; echo b\nbefore_slave = ; nothing\n`)
    const [first, ...others] = await warningsOf(config, file('[fos1]\nhost = a\n'))
    assert.match(
      first ?? '',
      /^FILE:4: \[hooks\] after_slave: what follows a blank and ; or # was taken for a comment/,
    )
    assert.deepEqual(others, [])
  })
})

test('two devices may be at one host, behind different ports', async () => {
  const devices = file('[fos1]\nhost = a\n[fos2]\nhost = a\n')
  const ports = (second: number) =>
    file(`${master}[relay.fos1]\nport = 8001\n[relay.fos2]\nport = ${second}\n`)
  assert.ok((await load(ports(8002), devices)).ok)
  const same = await load(ports(8001), devices)
  assert.match(same.ok ? '' : (same.problems[0] ?? ''), /:4: \[fos2\] host: is the host of \[fos1\] as well/)
})

/** Why root can't be another user for a while: Node of Debian 13 uses io_uring, and refuses seteuid(2) then. */
function refusesSeteuid(): string | false {
  if (process.getuid?.() !== 0) return false
  try {
    process.seteuid?.(0)
    return false
  } catch (error) {
    return (error as Error).message
  }
}

/** Runs as a user that no permission favours. */
async function unprivileged<T>(run: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return run()
  process.seteuid?.(65_534)
  try {
    return await run()
  } finally {
    process.seteuid?.(0)
  }
}

describe('a file that cannot be read is one problem with its cure', () => {
  const problemsOf = async (path: string) => {
    const config = await load(path)
    const devices = await loadDevices(path)
    return [config, devices].map(loaded =>
      loaded.ok ? null : loaded.problems.map(text => text.replaceAll(path, 'FILE')),
    )
  }
  const both = (text: string) => [[text], [text]]

  test('a missing berofosd.conf', async () => {
    assert.deepEqual(await problemsOf(absent), [
      ['FILE: does not exist, expected a file with [master] host'],
      null,
    ])
  })
  test('a directory', async () => {
    assert.deepEqual(await problemsOf(folder), both('FILE: is a directory, expected a text file'))
  })
  test('no permission', { skip: refusesSeteuid() }, async () => {
    const path = file(master, 0o000)
    const cure = 'be root or in the group berofosd; chown root:berofosd, chmod 0640'
    assert.deepEqual(await unprivileged(() => problemsOf(path)), both(`FILE: permission denied: ${cure}`))
  })
  test('a pipe that nobody writes to', async () => {
    const path = join(folder, 'pipe')
    execFileSync('mkfifo', [path])
    assert.deepEqual(await problemsOf(path), both('FILE: is not a plain file, expected a text file'))
  })
  test('a socket', async () => {
    const path = join(folder, 'socket')
    const server = createServer()
    await new Promise<void>(resolve => server.listen(path, resolve))
    const problems = await problemsOf(path)
    await new Promise(resolve => server.close(resolve))
    assert.deepEqual(problems, both('FILE: is not a plain file, expected a text file'))
  })
  test('an endless device', async () => {
    assert.deepEqual(await problemsOf('/dev/zero'), both('FILE: is not a plain file, expected a text file'))
  })
  test('a symbolic link to itself', async () => {
    const path = join(folder, 'loop')
    symlinkSync(path, path)
    assert.deepEqual(
      await problemsOf(path),
      both('FILE: cannot be read, its symbolic links go round in circles'),
    )
  })
  test('a path through a file', async () => {
    const path = join(file(master), 'x')
    assert.deepEqual(
      await problemsOf(path),
      both('FILE: cannot be read, a part of its path is not a directory'),
    )
  })
  test('a path with a NUL', async () => {
    assert.deepEqual(await problemsOf('/tmp/a\0b'), both('FILE: cannot be read, its path is malformed'))
  })
  test('ten megabytes of rubbish', async () => {
    const path = file(Buffer.alloc(10_000_000, 0xf5))
    assert.deepEqual(await problemsOf(path), both('FILE: is larger than 1 MiB, expected a text file'))
  })
})

describe('a bnfos.conf of more than 1 MiB', () => {
  const [section, filler] = ['[fos1]\nhost = 10.34.1.20\n', `; ${'x'.repeat(997)}\n`.repeat(1060)]

  test('is a problem to the daemon, which keeps the old one in force', async () => {
    const path = file(`${section}${filler}`)
    const loaded = await load(file(master), path)
    assert.deepEqual(loaded.ok ? [] : loaded.problems, [
      `${path}: is larger than 1 MiB, expected a text file`,
    ])
  })

  test('is taken by the drop-ins as far as it was read, and the rest is named', async () => {
    const path = file(`${section}${filler}[fos2]\nhost = 10.34.1.21\n`)
    const loaded = await loadSections(path)
    assert.ok(loaded.kind === 'sections')
    assert.deepEqual(
      loaded.sections.map(({ device: { name, host }, problems }) => [name, host, problems]),
      [['fos1', '10.34.1.20', []]],
    )
    assert.deepEqual(loaded.problems, [
      `${path}: is larger than 1 MiB, and what comes after that is not read: expected nothing but its sections and comments`,
    ])
  })

  test('is never cut within a line', async () => {
    const path = file(`${section}login = admin:${'x'.repeat(1_100_000)}\n`)
    const loaded = await loadSections(path)
    assert.deepEqual(loaded.kind === 'sections' && loaded.sections[0]?.device.login, null)
  })
})

describe('a plain file is read whatever it is', () => {
  test('exactly 1 MiB is taken', async () => {
    const filler = `; ${'x'.repeat(997)}\n`.repeat(1048)
    const text = `${master}${filler}`
    assert.ok((await load(file(`${text}${'#'.repeat(1024 * 1024 - text.length)}`))).ok)
  })
  const rubbish: [string, string | Uint8Array][] = [
    ['200 kB of bytes', Buffer.alloc(200_000, 0xf5)],
    ['200 kB of lines', '\u0001\n'.repeat(100_000)],
    ['200 kB of sections', `${master}${'[a]\n'.repeat(50_000)}`],
    ['200 kB of keys', `${master}${'x=\n'.repeat(66_000)}`],
    ['200 kB of comments behind commands', `${master}[hooks]\n${'after_slave=a ;\n'.repeat(12_000)}`],
    ['200 kB of one value', `${master}[log]\nremind = ${'1,'.repeat(100_000)}1 * * * *`],
    ['200 kB of quotes', `${master}[hooks]\nafter_slave = ${'"\''.repeat(100_000)}`],
  ]
  for (const [title, content] of rubbish)
    test(`${title} ends in at most 20 problems and how many more`, async () => {
      const path = file(content)
      for (const loaded of [await load(path), await load(file(master), path)]) {
        const lines = loaded.ok ? loaded.warnings : loaded.problems
        assert.ok(lines.length >= 1 && lines.length <= 21)
        if (lines.length === 21) assert.match(lines.at(-1) ?? '', /^… and \d+ more$/)
      }
    })
  test('any bytes in both files never throw', async () => {
    const words = [
      '[master]\n',
      '[check.',
      '[relay.fos1]\n',
      '[fos1]\n',
      ']\n',
      'host = a\n',
      'type = ',
      'sip\n',
      '=',
      '"',
    ]
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 12 }),
      fc.constantFrom(...words).map(word => Buffer.from(word)),
    )
    const bytes = fc.array(piece, { maxLength: 20 }).map(pieces => Buffer.concat(pieces))
    const [config, bnfos] = [file(''), file('')]
    await fc.assert(
      fc.asyncProperty(bytes, bytes, async (first, second) => {
        writeFileSync(config, first)
        writeFileSync(bnfos, second)
        const loaded = await load(config, bnfos)
        assert.ok(loaded.ok || loaded.problems.length > 0)
      }),
      { numRuns: 60 },
    )
  })
})

test('the problems of both files are told at once', async () => {
  const loaded = await load(`${data}berofosd/several-at-once.conf`, `${data}bnfos/several-at-once.conf`)
  assert.ok(!loaded.ok)
  const files = loaded.problems.map(text => /(\w+)\/several/.exec(text)?.[1])
  assert.deepEqual([...new Set(files)], ['berofosd', 'bnfos'])
})

test('a [relay.NAME] is not held against a bnfos.conf that could not be read', async () => {
  const loaded = await load(file(`${master}[relay.fos9]\n`), folder)
  assert.deepEqual(!loaded.ok && loaded.problems.length, 1)
})

test('devices alone are loaded without what reads berofosd.conf', async () => {
  const loaded = await loadDevices(`${data}two-devices.conf`)
  assert.ok(loaded.ok)
  assert.deepEqual(
    loaded.devices?.map(({ name, login }) => [name, login]),
    [
      ['fos1', 'admin:secret'],
      ['fos2', null],
    ],
  )
  const missing = await loadDevices(absent)
  assert.deepEqual(missing.ok && [missing.devices, missing.warnings], [null, []])
})

describe('one server in front of a PBX', () => {
  const bypass = '[site]\nkind = bypass\n\n[check.sip]\ntype = sip\n'

  test('asks itself where a check names no host, and has the defaults of the watchdog', async () => {
    const { site, master, checks } = await settingsOf(bypass)
    assert.deepEqual(site, { kind: 'bypass', kickMs: 5000, watchdogMs: 60_000 })
    assert.equal(master.host, '127.0.0.1')
    assert.deepEqual(
      checks.map(({ host, onThisNode }) => [host, onThisNode]),
      [['127.0.0.1', true]],
    )
  })
  test('is a start that does not idle, since there is no master to name', async () => {
    const loaded = await loadSettings({ configFile: file(bypass), bnfosFile: absent, mayIdle: true })
    assert.ok(loaded.ok && loaded.settings.idleFor === undefined)
  })
  test('takes a command for the check that has to be there besides ping', async () => {
    const { checks } = await settingsOf(
      '[site]\nkind = bypass\n[check.ping]\ntype = ping\n[check.own]\ntype = command\ncommand = true\n',
    )
    assert.deepEqual(
      checks.map(({ type }) => type),
      ['ping', 'command'],
    )
  })
})
