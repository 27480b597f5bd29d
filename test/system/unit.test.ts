import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { exitCodes } from '../../src/system/exit-codes.ts'
import { needs } from '../helpers/needs.ts'
import { temporary } from '../helpers/temporary.ts'

const fileOf = (name: string) => fileURLToPath(new URL(`../../systemd/${name}`, import.meta.url))
const unit = readFileSync(fileOf('berofosd.service'), 'utf8')
const skip = needs('systemd-analyze')

function output(program: string, ...options: string[]): string {
  const { status, stdout, stderr } = spawnSync(program, options, { encoding: 'utf8' })
  assert.equal(status, 0, stdout + stderr)
  return stdout + stderr
}

test('systemd finds nothing to say about the unit', { skip }, t => {
  // The daemon need not be installed for this.
  const installed = unit.replaceAll(/^(Exec\w+=)\/usr\/\S*\/berofosd /gm, '$1/bin/true ')
  assert.doesNotMatch(installed, /=\/usr/)
  const path = join(temporary(t), 'berofosd.service')
  writeFileSync(path, installed)
  assert.equal(output('systemd-analyze', 'verify', '--man=no', path), '')
})

test('its exposure, as systemd counts it, is at most 1.6', { skip }, () => {
  const report = output(
    'systemd-analyze',
    'security',
    '--offline=true',
    '--no-pager',
    fileOf('berofosd.service'),
  )
  const exposure = Number(/exposure level for \S+: (\d+\.\d+)/.exec(report)?.[1])
  assert.ok(exposure <= 1.6, report)
})

test('it is not restarted when only a person can help', () => {
  const { badConfiguration, usage } = exitCodes
  assert.match(unit, new RegExp(`^RestartPreventExitStatus=${badConfiguration} ${usage}$`, 'm'))
})

test('what a hook needs of memory ends neither the daemon nor the unit', () => {
  assert.match(unit, /^OOMPolicy=continue$/m)
  assert.match(unit, /^OOMScoreAdjust=-\d{3}$/m)
})

test('the copy of the state in /run outlives a restart of the service', () => {
  assert.match(unit, /^RuntimeDirectory=berofosd$/m)
  assert.match(unit, /^RuntimeDirectoryPreserve=yes$/m)
})

/** A root directory in which the user exists. */
function rootWithUser(t: TestContext): string {
  const root = temporary(t)
  mkdirSync(join(root, 'etc'))
  output('systemd-sysusers', `--root=${root}`, fileOf('berofosd.sysusers'))
  return root
}

test('the user and group of the unit are created', { skip: needs('systemd-sysusers') }, t => {
  const root = rootWithUser(t)
  const read = (name: string) => readFileSync(join(root, 'etc', name), 'utf8')
  assert.match(read('passwd'), /^berofosd:x:\d+:\d+:[^:]*:\/var\/lib\/berofosd:\S*nologin$/m)
  assert.match(read('group'), /^berofosd:x:\d+:$/m)
  assert.match(read('group'), /^berofosd-operator:x:\d+:$/m)
})

const tmpfiles =
  needs('systemd-tmpfiles') || (process.getuid?.() === 0 ? false : 'only root may change owners')
test('only the state directory is made at boot: bnfos.conf belongs to the operator', {
  skip: tmpfiles,
}, t => {
  const root = rootWithUser(t)
  const path = join(root, 'etc', 'bnfos.conf')
  writeFileSync(path, '[fos1]\n', { mode: 0o644 })
  const before = statSync(path)
  output('systemd-tmpfiles', `--root=${root}`, '--create', fileOf('berofosd.tmpfiles'))
  const { mode, uid, gid } = statSync(path)
  assert.deepEqual({ mode, uid, gid }, { mode: before.mode, uid: before.uid, gid: before.gid })
  assert.equal(statSync(join(root, 'var/lib/berofosd')).mode & 0o777, 0o700)
})
