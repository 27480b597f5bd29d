import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import packageFile from '../package.json' with { type: 'json' }
import { berofosd } from '../src/cli/berofosd/program.ts'
import { adapterTable } from './helpers/modules.ts'
import { needs } from './helpers/needs.ts'

const skip = needs('dpkg-buildpackage', 'dh', 'dh_bash-completion')
const work = mkdtempSync(join(tmpdir(), 'berofosd-deb-test-'))
after(() => rmSync(work, { recursive: true, force: true }))
const tree = join(work, 'tree')
const file = skip === false ? built('first', '022') : ''
if (skip === false) run('dpkg-deb', ['-x', file, tree])

/** What each script does, in the words of debhelper or of its own. */
const snippetsOf = {
  postinst: [
    'systemd-sysusers ',
    'systemd-tmpfiles $',
    "deb-systemd-helper enable 'berofosd.service'",
    'deb-systemd-invoke "$1" "$unit"',
  ],
  prerm: ['deb-systemd-invoke stop berofosd.service'],
  postrm: ["deb-systemd-helper purge 'berofosd.service'", 'systemctl --system daemon-reload'],
} as const

describe('the Debian package', { skip }, () => {
  it('is the same, byte for byte, when it is built again under another umask', () => {
    assert.ok(readFileSync(file).equals(readFileSync(built('second', '077'))))
  })

  it('is at most 3 MB, and 10 MB installed', () => {
    assert.ok(statSync(file).size <= 3e6)
    assert.ok(Number(field('Installed-Size')) * 1024 <= 10e6)
  })

  it('is as large as docs/installation.md says, within a tenth', () => {
    const said = /has ([\d.]+) MB and takes ([\d.]+) MB of disk/.exec(
      readFileSync('docs/installation.md', 'utf8'),
    )
    const is = [statSync(file).size / 1e6, (Number(field('Installed-Size')) * 1024) / 1e6]
    for (const [i, size] of is.entries()) {
      const named = Number(said?.[i + 1])
      assert.ok(Math.abs(named - size) <= size / 10, `${named} MB is ${size} MB`)
    }
  })

  it('wants a Node that the programs run with, and takes the place of bntools', () => {
    assert.match(field('Depends'), /^nodejs \(>= 18\.17\), iputils-ping,/)
    for (const name of ['Conflicts', 'Replaces']) assert.equal(field(name), 'bntools')
  })

  it('has a version of the program and one of the packaging, and is a later bntools than any', () => {
    assert.match(field('Version'), new RegExp(`^${packageFile.version}-[1-9]\\d*$`))
    assert.equal(field('Provides'), `bntools (= 1:${packageFile.version})`)
  })

  it('asks for what its native code needs, as dpkg-shlibdeps finds it', () => {
    assert.match(field('Depends'), /, libc6 \(>= 2\.\d+\)/)
  })

  it('holds these files besides the bundles, all of root', () => {
    const listed = run('dpkg-deb', ['-c', file]).trim().split('\n')
    for (const line of listed) assert.match(line, /^\S+ root\/root /)
    const files = listed
      .filter(line => /^[-l]/.test(line))
      .map(line => line.replace(/ root\S+ +\d+ \S+ \S+/, ''))
    assert.deepEqual(files.filter(line => !line.includes('./usr/lib/berofosd/')).sort(), filesBesides)
  })

  it('keeps what an operator writes into berofosd.conf', () => {
    assert.equal(run('dpkg-deb', ['-I', file, 'conffiles']), '/etc/berofosd.conf\n')
  })

  it('has its programs, and every chunk that they load', () => {
    const programs = join(tree, 'usr/lib/berofosd')
    const modules = readdirSync(programs, { recursive: true, encoding: 'utf8' }).filter(name =>
      /^[^/]*\.cjs$/.test(name),
    )
    assert.deepEqual(modules.sort(), ['berofosd.cjs', 'bnfos.cjs', 'xivo-berofos.cjs'])
    const chunks = readdirSync(join(programs, 'chunks')).filter(name => /\.[cm]js$/.test(name))
    const texts = [...modules, ...chunks.map(name => `chunks/${name}`)].map(name =>
      readFileSync(join(programs, name), 'utf8'),
    )
    const loaded = texts.flatMap(text =>
      [...text.matchAll(/"\.\/(?:chunks\/)?([\w-]+\.[cm]js)"/g)].map(([, name]) => name),
    )
    assert.deepEqual(chunks.sort(), [...new Set(loaded)].sort())
  })

  for (const name of ['berofosd', 'bnfos', 'xivo-berofos'])
    it(`brings a ${name} that runs from where it is unpacked`, () => {
      assert.match(run(join(tree, 'usr/bin', name), ['--help']), new RegExp(name))
    })

  it('brings a berofosd.conf that is valid once the master has been named, and not before', () => {
    const config = join(work, 'berofosd.conf')
    const text = readFileSync(join(tree, 'etc/berofosd.conf'), 'utf8')
    const check = () =>
      spawnSync(join(tree, 'usr/bin/berofosd'), [
        'check-config',
        '-c',
        config,
        '--bnfos-conf',
        `${config}.none`,
      ])
    writeFileSync(config, text)
    assert.equal(check().status, 78)
    writeFileSync(config, text.replace(/^;host = 192/m, 'host = 192'))
    assert.equal(check().status, 0)
  })

  it('tells the licence of every package that the bundles are made of', () => {
    const text = readFileSync(join(tree, 'usr/share/doc/berofosd/copyright'), 'utf8')
    for (const name of Object.keys(adapterTable)) assert.match(text, new RegExp(`\\b${name} \\d`))
  })

  it('gives lintian no error and no warning to find', { skip: needs('lintian') }, () => {
    assert.doesNotMatch(run('lintian', ['--fail-on', 'none', '--allow-root', file]), /^[EW]:/m)
  })

  for (const [script, snippets] of Object.entries(snippetsOf))
    it(`lets debhelper do in ${script} what it knows, and nothing twice`, () => {
      const text = run('dpkg-deb', ['-I', file, script])
      for (const snippet of snippets) assert.equal(text.split(snippet).length, 2, snippet)
      assert.doesNotMatch(text, /#DEBHELPER#/)
    })

  it('brings documents whose links lead to what it brings too', () => {
    const documents = join(tree, 'usr/share/doc/berofosd')
    for (const name of readdirSync(documents).filter(name => name.endsWith('.md')))
      for (const [, target = ''] of readFileSync(join(documents, name), 'utf8').matchAll(/\]\(([^)#]+)/g))
        assert.ok(/^https?:/.test(target) || existsSync(join(documents, target)), `${name}: ${target}`)
  })
})

describe('completion', { skip: skip || needs('bash') }, () => {
  for (const { name, options } of berofosd.commands)
    it(`offers every option of ${name}`, () => {
      const offered = completed(name, name === '--force' ? 'master' : '--json', '--')
      assert.deepEqual(
        offered.sort(),
        [...Object.keys(options).map(option => `--${option}`), '--help', '--version'].sort(),
      )
    })

  it('offers every command', () => {
    for (const { name } of berofosd.commands) assert.ok(completed('').includes(name), name)
  })

  it('offers the words that an option takes, behind a blank or an equals sign', () => {
    assert.deepEqual(completed('--force', ''), ['master', 'slave', 'server', 'pbx', 'auto'])
    assert.deepEqual(completed('force', ''), ['master', 'slave', 'server', 'pbx', 'auto'])
    assert.deepEqual(completed('--force', '=', 's'), ['slave', 'server'])
  })
})

const filesBesides = [
  '-rw-r----- ./etc/berofosd.conf',
  '-rw-r--r-- ./usr/lib/systemd/system/berofosd.service',
  '-rw-r--r-- ./usr/lib/sysusers.d/berofosd.conf',
  '-rw-r--r-- ./usr/lib/tmpfiles.d/berofosd.conf',
  '-rw-r--r-- ./usr/share/bash-completion/completions/berofosd',
  '-rw-r--r-- ./usr/share/doc/berofosd/card.md',
  '-rw-r--r-- ./usr/share/doc/berofosd/changelog.Debian.gz',
  '-rw-r--r-- ./usr/share/doc/berofosd/changelog.gz',
  '-rw-r--r-- ./usr/share/doc/berofosd/configuration.md',
  '-rw-r--r-- ./usr/share/doc/berofosd/copyright',
  '-rw-r--r-- ./usr/share/doc/berofosd/examples/asterisk-ari',
  '-rw-r--r-- ./usr/share/doc/berofosd/examples/asterisk-cli',
  '-rw-r--r-- ./usr/share/doc/berofosd/examples/bnfos.conf',
  '-rw-r--r-- ./usr/share/doc/berofosd/images/demo.svg',
  '-rw-r--r-- ./usr/share/doc/berofosd/images/timeline.svg',
  '-rw-r--r-- ./usr/share/doc/berofosd/images/wiring-bypass.svg',
  '-rw-r--r-- ./usr/share/doc/berofosd/images/wiring-master.svg',
  '-rw-r--r-- ./usr/share/doc/berofosd/images/wiring-several-berofos.svg',
  '-rw-r--r-- ./usr/share/doc/berofosd/images/wiring-slave.svg',
  '-rw-r--r-- ./usr/share/doc/berofosd/images/wiring-two-servers-and-pbx.svg',
  '-rw-r--r-- ./usr/share/doc/berofosd/images/wiring-two-servers.svg',
  '-rw-r--r-- ./usr/share/doc/berofosd/installation.md',
  '-rw-r--r-- ./usr/share/doc/berofosd/migration.md',
  '-rw-r--r-- ./usr/share/doc/berofosd/monitoring.md',
  '-rw-r--r-- ./usr/share/doc/berofosd/monitoring/berofosd.rules.test.yml',
  '-rw-r--r-- ./usr/share/doc/berofosd/monitoring/berofosd.rules.yml',
  '-rw-r--r-- ./usr/share/doc/berofosd/monitoring/grafana-dashboard.json',
  '-rw-r--r-- ./usr/share/doc/berofosd/monitoring/icinga2.conf',
  '-rw-r--r-- ./usr/share/doc/berofosd/monitoring/zabbix-berofosd.conf',
  '-rw-r--r-- ./usr/share/doc/berofosd/operations.md',
  '-rw-r--r-- ./usr/share/doc/berofosd/state-machine.md',
  '-rw-r--r-- ./usr/share/doc/berofosd/wazo.md',
  '-rw-r--r-- ./usr/share/lintian/overrides/berofosd',
  '-rw-r--r-- ./usr/share/man/man5/berofosd.conf.5.gz',
  '-rw-r--r-- ./usr/share/man/man5/bnfos.conf.5.gz',
  '-rw-r--r-- ./usr/share/man/man8/berofosd.8.gz',
  '-rw-r--r-- ./usr/share/man/man8/bnfos.8.gz',
  '-rw-r--r-- ./usr/share/man/man8/xivo-berofos.8.gz',
  'lrwxrwxrwx ./usr/bin/berofosd -> ../lib/berofosd/berofosd.cjs',
  'lrwxrwxrwx ./usr/bin/bnfos -> ../lib/berofosd/bnfos.cjs',
  'lrwxrwxrwx ./usr/bin/xivo-berofos -> ../lib/berofosd/xivo-berofos.cjs',
]

/** Path of a package built in a directory of that name. */
function built(name: string, umask: string): string {
  const command = `umask ${umask}; exec "$0" --import tsx src/build/deb.ts "$1"`
  const [path = ''] = run('sh', ['-c', command, process.execPath, join(work, name)]).split('\n')
  return path
}

function run(program: string, options: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, options, { encoding: 'utf8' })
  assert.equal(status, 0, `${program}: ${stdout}${stderr}`)
  return stdout
}

function field(name: string): string {
  return run('dpkg-deb', ['-f', file, name]).trim()
}

/** What is offered for the last word. */
function completed(...words: string[]): string[] {
  const source = join(tree, 'usr/share/bash-completion/completions/berofosd')
  const commands = `. "$0"; COMP_WORDS=(berofosd "$@"); COMP_CWORD=$#; _berofosd; printf '%s\\n' "\${COMPREPLY[@]}"`
  return run('bash', ['-c', commands, source, ...words])
    .trim()
    .split('\n')
}
