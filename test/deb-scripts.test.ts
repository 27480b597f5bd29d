import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'

const work = mkdtempSync(join(tmpdir(), 'berofosd-scripts-'))
after(() => rmSync(work, { recursive: true, force: true }))

describe('installing', () => {
  it('starts a daemon that is configured', () => {
    const { calls, stdout } = script('postinst', ['configure', ''])
    assert.deepEqual(calls.slice(-1), ['deb-systemd-invoke start berofosd.service'])
    assert.equal(stdout, '')
  })

  it('starts none that would end at once, and says in one line what to edit', () => {
    const { calls, stdout } = script('postinst', ['configure', ''], {
      problem: '/etc/berofosd.conf:9: [master] hosts: unknown key',
    })
    assert.ok(!calls.some(call => call.startsWith('deb-systemd-invoke')))
    assert.match(
      stdout,
      /^berofosd: not started: \/etc\/berofosd\.conf:9: \[master\] hosts: unknown key: edit [^\n]*\n$/,
    )
  })

  it('starts a daemon that no master is named to: it idles and tells why', () => {
    const { calls, stdout } = script('postinst', ['configure', ''], {
      problem: '/etc/berofosd.conf:7: [master] host: missing',
    })
    assert.deepEqual(calls.slice(-1), ['deb-systemd-invoke start berofosd.service'])
    assert.match(stdout, /^berofosd: idle: \/etc\/berofosd\.conf:7: \[master\] host: missing: edit /)
  })

  it('starts the daemon again after a removal, though an earlier version is known', () => {
    const { root } = script('preinst', ['install', '0.0.9'])
    const { calls } = script('postinst', ['configure', '0.0.9'], { root })
    assert.deepEqual(calls.slice(-1), ['deb-systemd-invoke start berofosd.service'])
    assert.deepEqual(readdirSync(join(root, 'run')), ['systemd'])
  })

  const diverting = '--package berofosd --rename --divert /usr/bin/xivo-berofos.distrib'
  it('puts aside the xivo-berofos of another package, whichever it is, until the removal', () => {
    const owner = 'xivo-something'
    assert.deepEqual(script('preinst', ['install'], { owner }).calls.slice(-1), [
      `dpkg-divert ${diverting} --add /usr/bin/xivo-berofos`,
    ])
    for (const end of ['remove', 'abort-install'])
      assert.deepEqual(script('postrm', [end]).calls, [
        `dpkg-divert --quiet ${diverting} --remove /usr/bin/xivo-berofos`,
      ])
  })

  it('puts nothing aside where no package has one, nor on an upgrade', () => {
    assert.ok(!script('preinst', ['install']).calls.join().includes('dpkg-divert'))
    assert.deepEqual(script('preinst', ['upgrade', '0.0.9'], { owner: 'berofosd' }).calls, [])
    assert.deepEqual(script('postrm', ['upgrade', '0.2.0']).calls, [])
  })

  it('leaves bnfos.conf as it is, its owner and mode too', () => {
    const { root, calls } = script('postinst', ['configure', ''])
    assert.equal(readFileSync(join(root, 'etc/bnfos.conf'), 'utf8'), '[fos1]\n')
    assert.ok(!calls.some(call => call.includes('bnfos.conf')))
    assert.doesNotMatch(readFileSync('systemd/berofosd.tmpfiles', 'utf8'), /bnfos/)
  })

  it('names who is in the group that reads the logins, and which group operators need', () => {
    const { root } = script('preinst', ['upgrade', '0.0.9'])
    writeFileSync(join(root, 'etc/group'), 'root:x:0:\nberofosd:x:990:anna,ben\nberofosd-operator:x:991:\n')
    const { stdout } = script('postinst', ['configure', '0.0.9'], { root })
    assert.match(
      stdout,
      /^berofosd: members of the group berofosd may read the logins of the devices: anna ben\n/,
    )
    assert.match(stdout, /'usermod -aG berofosd-operator NAME', 'gpasswd -d NAME berofosd'\n$/)
  })

  it('names an older xivo-berofos that root would run in place of this one', () => {
    const { root } = script('preinst', ['upgrade', '0.0.9'])
    mkdirSync(join(root, 'usr/sbin'), { recursive: true })
    writeFileSync(join(root, 'usr/sbin/xivo-berofos'), '#!/bin/sh\n', { mode: 0o755 })
    const { stdout } = script('postinst', ['configure', '0.0.9'], { root })
    assert.equal(
      stdout,
      'berofosd: /usr/sbin/xivo-berofos is another program of this name and is run in place of /usr/bin/xivo-berofos: remove it\n',
    )
  })

  it('restarts a daemon of an earlier version if one runs', () => {
    const { root } = script('preinst', ['upgrade', '0.0.9'])
    const { calls } = script('postinst', ['configure', '0.0.9'], { root })
    assert.deepEqual(calls.slice(-1), ['deb-systemd-invoke try-restart berofosd.service'])
  })

  for (const what of ['[master] host: missing', 'wrong'])
    it(`lets a daemon go on that could not start again: ${what}`, () => {
      const problem = `/etc/berofosd.conf:7: ${what}`
      const { calls, stdout } = script('postinst', ['configure', '0.0.9'], { problem })
      assert.ok(!calls.some(call => call.startsWith('deb-systemd-invoke')))
      assert.match(stdout, /^berofosd: not restarted: /)
    })

  for (const [words, files] of [
    ['run', ''],
    ['run -c /srv/b.conf', ' --config=/srv/b.conf'],
    ['run -c/srv/b.conf', ' --config=/srv/b.conf'],
    ['run --bnfos-conf=/srv/*.conf --config /srv/b.conf', ' --bnfos-conf=/srv/*.conf --config=/srv/b.conf'],
  ])
    it(`checks the files of the daemon's own command before: ${words}`, () => {
      const { calls } = script('postinst', ['configure', '0.0.9'], { command: `/usr/bin/berofosd ${words}` })
      assert.deepEqual(calls.slice(-2), [
        `runuser -u berofosd -- /usr/bin/berofosd check-config${files}`,
        'deb-systemd-invoke try-restart berofosd.service',
      ])
    })

  it('names the file that the daemon reads when it could not start again', () => {
    const { calls, stdout } = script('postinst', ['configure', '0.0.9'], {
      command: '/usr/bin/berofosd run -c /srv/b.conf',
      problem: '/srv/b.conf:9: [master] hosts: unknown key',
    })
    assert.ok(!calls.some(call => call.startsWith('deb-systemd-invoke')))
    assert.equal(
      stdout,
      "berofosd: not restarted: /srv/b.conf:9: [master] hosts: unknown key: edit /srv/b.conf, then 'berofosd check-config --config=/srv/b.conf' and 'systemctl restart berofosd'\n",
    )
  })

  for (const command of [
    '/usr/bin/berofosd run -c $CONF',
    '/bin/sh -c exec /usr/bin/berofosd run -c /srv/b.conf',
  ])
    it(`restarts unchecked a daemon whose command is not plainly ours: ${command}`, () => {
      const problem = '/etc/berofosd.conf:7: [master] host: missing'
      const { calls } = script('postinst', ['configure', '0.0.9'], { command, problem })
      assert.deepEqual(calls.slice(-1), ['deb-systemd-invoke try-restart berofosd.service'])
    })

  it('leaves the daemon of an earlier version running until then', () => {
    assert.deepEqual(script('prerm', ['upgrade', '0.2.0']).calls, [])
  })

  it('ends the daemon when the package is removed, and keeps its state', () => {
    const { calls, stdout } = script('prerm', ['remove'])
    assert.deepEqual(calls, ['berofosd status --json', 'deb-systemd-invoke stop berofosd.service'])
    assert.equal(stdout, '')
    assert.ok(existsSync(join(script('postrm', ['remove']).root, 'var/lib/berofosd')))
  })

  for (const [who, options] of [
    ['the daemon says so', { status: '{"pid":7,"role":"slave","override":null}' }],
    ['the last one saved it', { state: '{\n  "policy": {\n    "role": "slave"' }],
  ] as const)
    it(`says when the lines stay at the slave, and how they return: ${who}`, () => {
      assert.equal(
        script('prerm', ['remove'], options).stdout,
        "berofosd: the lines are at the slave and stay there: install berofosd again and 'berofosd --force master' to return them\n",
      )
    })

  it('says in front of a PBX where the lines go when nobody kicks any more', () => {
    const said = (role: string) =>
      script('prerm', ['remove'], { status: `{"pid":7,"role":"${role}"}` }).stdout
    assert.equal(
      said('server'),
      'berofosd: nobody kicks the watchdogs of the devices from now on: they bypass the lines to the PBX by themselves\n',
    )
    assert.equal(
      said('pbx'),
      'berofosd: the lines are bypassed to the PBX and stay there: install berofosd again to return them\n',
    )
  })

  it('says nothing of lines at the master, though the slave is pinned to be next', () => {
    const status = '{"role":"master","override":{"role":"slave"}}'
    assert.equal(script('prerm', ['remove'], { status }).stdout, '')
  })

  it('takes the state away with a purge, and leaves bnfos.conf', () => {
    const { root } = script('postrm', ['purge'])
    assert.ok(!existsSync(join(root, 'var/lib/berofosd')))
    assert.equal(readFileSync(join(root, 'etc/bnfos.conf'), 'utf8'), '[fos1]\n')
  })
})

/** Runs a maintainer script on a root of its own; what would change the host is only written down. */
function script(
  name: string,
  options: readonly string[],
  {
    problem = '',
    command = '/usr/bin/berofosd run',
    status = '',
    state = '',
    owner = '',
    root = mkdtempSync(join(work, 'root-')),
  } = {},
) {
  const bin = join(root, 'bin')
  const log = join(root, 'calls')
  for (const path of ['bin', 'run/systemd/system', 'etc', 'var/lib/berofosd'])
    mkdirSync(join(root, path), { recursive: true })
  writeFileSync(join(root, 'etc/bnfos.conf'), '[fos1]\n')
  writeFileSync(log, '')
  const stub = (program: string, then: string) => {
    writeFileSync(join(bin, program), `#!/bin/sh\necho "${program} $*" >>'${log}'\n${then}\n`)
    chmodSync(join(bin, program), 0o755)
  }
  for (const program of ['chgrp', 'deb-systemd-invoke', 'dpkg-divert']) stub(program, '')
  stub('dpkg-query', owner === '' ? 'exit 1' : `echo '${owner}: /usr/bin/xivo-berofos'`)
  // As systemd 252 prints it.
  const shown = `{ path=/usr/bin/berofosd ; argv[]=${command} ; ignore_errors=no ; start_time=[n/a] ; stop_time=[n/a] ; pid=0 ; code=(null) ; status=0/0 }`
  stub('systemctl', `case $1 in show) echo '${shown}' ;; esac`)
  stub('berofosd', `echo '${status}'`)
  writeFileSync(join(root, 'var/lib/berofosd/state.json'), state)
  stub('runuser', problem === '' ? '' : `echo 'a warning of Node' >&2; echo '${problem}' >&2; exit 78`)
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}`, DPKG_ROOT: root }
  const path = join('systemd/debian', name)
  const ran = spawnSync('sh', [path, ...options], { encoding: 'utf8', env })
  assert.equal(ran.status, 0, ran.stderr)
  return { root, stdout: ran.stdout, calls: readFileSync(log, 'utf8').split('\n').slice(0, -1) }
}
