import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { openSavedFile } from '../../src/system/saved-file.ts'
import type { WriteResult } from '../../src/system/whole-file.ts'
import { FakeClock } from '../helpers/fake-clock.ts'
import { temporary } from '../helpers/temporary.ts'
import { until } from '../helpers/until.ts'

const full: WriteResult = {
  ok: false,
  code: 'ENOSPC',
  reason: "can't write /state: the disk is full; make room",
}

/** A disk whose writes end when the test says so. */
function openWithDisk() {
  const clock = new FakeClock()
  const reports: (string | null)[] = []
  const disk: { text: string; end: (result: WriteResult) => void }[] = []
  const file = openSavedFile({
    path: '/state',
    clock,
    report: problem => reports.push(problem),
    write: (_, text) => new Promise(end => disk.push({ text, end })),
  })
  const end = async (result: WriteResult = { ok: true }) => {
    disk.at(-1)?.end(result)
    await clock.advance(0)
  }
  return { clock, reports, disk, file, end, written: () => disk.map(({ text }) => text) }
}

test('what was saved stands in the file', async t => {
  const directory = temporary(t)
  const path = join(directory, 'state')
  const file = openSavedFile({ path, clock: new FakeClock(), report: problem => assert.fail(`${problem}`) })
  file.save('a')
  file.save('b')
  assert.equal(await file.flush(1000), true)
  assert.equal(readFileSync(path, 'utf8'), 'b')
})

test('one write at a time; of what comes meanwhile only the latest is written', async () => {
  const { file, written, end } = openWithDisk()
  for (const text of ['a', 'b', 'c']) file.save(text)
  assert.deepEqual(written(), ['a'])
  await end()
  assert.deepEqual(written(), ['a', 'c'])
})

test('who waits for what was saved does not wait for what is saved after it', async () => {
  const { file, end, clock } = openWithDisk()
  file.save('a')
  let saved: boolean | null = null
  void file.flush(60_000).then(is => {
    saved = is
  })
  file.save('b')
  await clock.advance(0)
  assert.equal(saved, null)
  await end()
  assert.deepEqual([saved, file.isSaved], [true, false])
  await end()
  assert.equal(file.isSaved, true)
})

test('a text that is replaced before it is written is never made', async () => {
  const { file, written, end } = openWithDisk()
  const made: string[] = []
  for (const text of ['a', 'b', 'c'])
    file.save(() => {
      made.push(text)
      return text
    })
  await end()
  assert.deepEqual(
    [made, written()],
    [
      ['a', 'c'],
      ['a', 'c'],
    ],
  )
})

test('a failure is reported once, tried again every 5 s, and its end is reported once', async () => {
  const { file, reports, written, end, clock } = openWithDisk()
  file.save('a')
  await end(full)
  await clock.advance(4999)
  assert.deepEqual(written(), ['a'])
  await clock.advance(1)
  await end(full)
  await clock.advance(5000)
  await end()
  assert.deepEqual(written(), ['a', 'a', 'a'])
  assert.deepEqual(reports, [full.ok ? '' : full.reason, null])
})

test('while saving fails, newer text takes the place of the older', async () => {
  const { file, written, end } = openWithDisk()
  file.save('a')
  file.save('b')
  await end(full)
  file.save('c')
  await end()
  assert.deepEqual(written(), ['a', 'c'])
})

test('a disk that hangs is reported after 5 s and holds up nobody', async () => {
  const { file, reports, end, clock } = openWithDisk()
  file.save('a')
  file.save('b')
  await clock.advance(5000)
  assert.deepEqual(reports, ['writing /state hangs: check the disk'])
  await end()
  await end()
  assert.deepEqual(reports, ['writing /state hangs: check the disk', null])
})

test('a flush ends at its deadline when the disk hangs', async () => {
  const { file, clock } = openWithDisk()
  file.save('a')
  const flushed = file.flush(300)
  await clock.advance(300)
  assert.equal(await flushed, false)
})

test('a flush resolves as soon as the latest is on disk', async () => {
  const { file, end, clock } = openWithDisk()
  file.save('a')
  file.save('b')
  const flushed = file.flush(300)
  await end()
  await end()
  assert.equal(await flushed, true)
  assert.equal(clock.waiting, 0)
})

test('a flush does not wait for the next retry', async () => {
  const { file, end, written } = openWithDisk()
  file.save('a')
  await end(full)
  const flushed = file.flush(300)
  await end()
  assert.equal(await flushed, true)
  assert.deepEqual(written(), ['a', 'a'])
})

test('after closing nothing is retried and no timer is left', async () => {
  const { file, end, clock, written } = openWithDisk()
  file.save('a')
  await end(full)
  file.close()
  file.save('b')
  await clock.advance(10_000)
  assert.deepEqual([written(), clock.waiting], [['a'], 0])
})

test('a closed file still ends the write under way', async () => {
  const { file, end, clock } = openWithDisk()
  file.save('a')
  file.close()
  await end(full)
  await until('no timer is left', () => clock.waiting === 0)
})
