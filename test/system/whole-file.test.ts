import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readWhole, setAside, writeWhole } from '../../src/system/whole-file.ts'
import { temporary } from '../helpers/temporary.ts'

test('what is written is read back, and nothing else is left beside it', async t => {
  const directory = temporary(t)
  const path = join(directory, 'state.json')
  assert.deepEqual(await writeWhole(path, 'first'), { ok: true })
  assert.deepEqual(await writeWhole(path, 'zweitä'), { ok: true })
  assert.deepEqual(await readWhole(path, 100), { ok: true, text: 'zweitä' })
  assert.deepEqual(readdirSync(directory), ['state.json'])
})

test('the file is for its owner alone', async t => {
  const path = join(temporary(t), 'state.json')
  await writeWhole(path, 'x')
  assert.equal(statSync(path).mode & 0o777, 0o600)
})

test('what a crash has left half written is replaced, not kept', async t => {
  const directory = temporary(t)
  writeFileSync(join(directory, 'state.json.tmp'), 'half', { mode: 0o644 })
  assert.deepEqual(await writeWhole(join(directory, 'state.json'), 'whole'), { ok: true })
  assert.deepEqual(readdirSync(directory), ['state.json'])
  assert.equal(statSync(join(directory, 'state.json')).mode & 0o777, 0o600)
})

test('a missing directory is a sentence', async t => {
  const path = join(temporary(t), 'gone', 'state.json')
  assert.deepEqual(await writeWhole(path, 'x'), {
    ok: false,
    code: 'ENOENT',
    reason: `can't write ${path}: no such file or directory; create the directory`,
  })
})

test('a full disk leaves the old file as it was and no temporary file', { skip: noMount() }, async t => {
  const directory = temporary(t)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', directory])
  const path = join(directory, 'state.json')
  try {
    await writeWhole(path, 'old')
    const result = await writeWhole(path, 'x'.repeat(200_000))
    assert.equal(result.ok ? '' : result.reason, `can't write ${path}: the disk is full; make room`)
    assert.deepEqual([readdirSync(directory), readFileSync(path, 'utf8')], [['state.json'], 'old'])
  } finally {
    execFileSync('umount', [directory])
  }
})

test('a target that is a directory is refused and stays', async t => {
  const directory = temporary(t)
  mkdirSync(join(directory, 'state.json'))
  assert.equal((await writeWhole(join(directory, 'state.json'), 'x')).ok, false)
  assert.deepEqual(readdirSync(directory), ['state.json'])
})

const limits = [
  [4, { ok: true, text: 'four' }],
  [3, 'EFBIG'],
] as const
for (const [maxBytes, expected] of limits)
  test(`a file of 4 bytes read with a limit of ${maxBytes}`, async t => {
    const path = join(temporary(t), 'file')
    writeFileSync(path, 'four')
    const result = await readWhole(path, maxBytes)
    assert.deepEqual(result.ok ? result : result.code, expected)
  })

test('reading a pipe does not wait for its writer', async t => {
  const path = join(temporary(t), 'pipe')
  execFileSync('mkfifo', [path])
  const result = await readWhole(path, 10)
  assert.equal(result.ok ? '' : result.code, 'EINVAL')
})

test('a missing file is ENOENT', async t => {
  const result = await readWhole(join(temporary(t), 'none'), 10)
  assert.equal(result.ok ? '' : result.code, 'ENOENT')
})

test('a file set aside is kept as .bad, in place of an older one', async t => {
  const directory = temporary(t)
  const path = join(directory, 'state.json')
  writeFileSync(`${path}.bad`, 'older')
  writeFileSync(path, 'garbage')
  assert.deepEqual(await setAside(path), { ok: true })
  assert.deepEqual(readdirSync(directory), ['state.json.bad'])
  assert.equal(readFileSync(`${path}.bad`, 'utf8'), 'garbage')
})

test('setting aside what is not there is a failure with a sentence', async t => {
  const result = await setAside(join(temporary(t), 'none'))
  assert.match(result.ok ? '' : result.reason, /^can't set aside .*none: no such file/)
})

/** Only root may mount, and not in every container. */
function noMount(): string | false {
  const probe = mkdtempSync(join(tmpdir(), 'mount-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', probe], { stdio: 'ignore' })
    execFileSync('umount', [probe])
    return false
  } catch {
    return 'mounting a tmpfs is not permitted here'
  } finally {
    rmSync(probe, { recursive: true, force: true })
  }
}
