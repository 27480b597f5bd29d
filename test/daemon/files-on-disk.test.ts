import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import type { SettingsLoading } from '../../src/config/load.ts'
import type { Settings } from '../../src/core/settings.ts'
import { FilesOnDisk, watchOtherPrograms } from '../../src/daemon/files-on-disk.ts'
import { NodeReports } from '../../src/daemon/node-findings.ts'
import { systemPorts } from '../../src/daemon/ports.ts'
import type { ReadResult } from '../../src/system/whole-file.ts'
import { FakeClock } from '../helpers/fake-clock.ts'
import { someSettings } from '../helpers/settings.ts'

const files = { configFile: '/etc/berofosd.conf', bnfosFile: '/etc/bnfos.conf' }

/** A daemon's settings, and files whose content and meaning the test says. */
function open(t: TestContext) {
  const clock = new FakeClock()
  const reports = new NodeReports()
  const loop = { settings: someSettings() }
  const disk = {
    text: 'A',
    means: { ok: true, settings: someSettings(), warnings: [] } as SettingsLoading,
    loads: 0,
    read: (): Promise<ReadResult> => Promise.resolve({ ok: true, text: disk.text }),
  }
  const ports = {
    clock,
    load: () => {
      disk.loads += 1
      return Promise.resolve(disk.means)
    },
    disk: { ...systemPorts.disk, read: () => disk.read() },
  }
  const watch = new FilesOnDisk({ clock, reports, loop } as never, ports, files)
  watch.start()
  t.after(() => watch.stop())
  const write = (text: string, means: SettingsLoading) => Object.assign(disk, { text, means })
  const found = () => reports.facts['files-invalid']?.['']
  return { clock, disk, loop, reports, write, found, pass: () => clock.advance(60_000) }
}

const good = (settings: Settings): SettingsLoading => ({ ok: true, settings, warnings: [] })

describe('The files on disk', () => {
  it('are no finding while they are in force', async t => {
    const { pass, found } = open(t)
    await pass()
    assert.equal(found(), undefined)
  })

  it('are a finding while they are invalid, with the first line that is wrong', async t => {
    const { pass, found, write } = open(t)
    write('B', { ok: false, problems: ['/etc/berofosd.conf:7: WHY', 'MORE'] })
    await pass()
    assert.equal(found(), '/etc/berofosd.conf:7: WHY (and 1 more)')
    write('A', good(someSettings()))
    await pass()
    assert.equal(found(), undefined)
  })

  it('are a finding while they say something else than what is in force, until that is reloaded', async t => {
    const { pass, found, write, loop } = open(t)
    const changed = someSettings({ witnesses: ['10.34.1.1'] })
    write('B', good(changed))
    await pass()
    assert.equal(found(), 'they were changed after they were read: [isolation]')
    loop.settings = changed
    await pass()
    assert.equal(found(), undefined)
  })

  it('are no finding any more a second after they are again as they were', async t => {
    const { clock, found, write, pass } = open(t)
    write('B', { ok: false, problems: ['MISSING'] })
    await pass()
    assert.equal(found(), 'MISSING')
    write('A', good(someSettings()))
    await clock.advance(1000)
    assert.equal(found(), undefined)
  })

  it('are told of as they are now a second after a reload has reported something else', async t => {
    const { clock, found, write, reports } = open(t)
    write('B', { ok: false, problems: ['STILL WRONG'] })
    await clock.advance(2000)
    assert.equal(found(), undefined, 'whoever edits a file has a minute')
    reports.report('files-invalid', '', 'WRONG BEFORE')
    await clock.advance(1000)
    assert.equal(found(), 'STILL WRONG')
  })

  it('are looked at once at a time, however long a disk hangs', async t => {
    const { clock, disk, write, reports } = open(t)
    let reads = 0
    write('B', { ok: false, problems: ['WRONG'] })
    disk.read = () => {
      reads += 1
      return new Promise(() => {})
    }
    reports.report('files-invalid', '', 'WRONG BEFORE')
    await clock.advance(10_000)
    assert.equal(reads, 2, 'both files once')
  })

  it('cost nothing for a minute while they are in force', async t => {
    const { clock, pass } = open(t)
    assert.deepEqual(clock.dueIn, [60_000])
    await pass()
    assert.deepEqual(clock.dueIn, [60_000])
  })

  it('are understood anew only when their text has changed', async t => {
    const { pass, disk } = open(t)
    for (let minute = 0; minute < 5; minute++) await pass()
    assert.equal(disk.loads, 1)
  })

  it('are judged again after a reload that could not read them', async t => {
    const { pass, found, reports } = open(t)
    await pass()
    reports.report('files-invalid', '', 'EIO')
    await pass()
    assert.equal(found(), undefined)
  })
})

describe('Other programs of our names', () => {
  it('are findings while they are there, looked for each hour', async () => {
    const clock = new FakeClock()
    const reports = new NodeReports()
    let there: readonly string[] = ['an old xivo-berofos']
    watchOtherPrograms({ clock, reports }, () => Promise.resolve(there))
    const found = () => Object.values(reports.facts['other-program'] ?? {})
    await clock.advance(0)
    assert.deepEqual(found(), ['an old xivo-berofos'])
    there = ['a cron job']
    await clock.advance(3_600_000)
    assert.deepEqual(found(), ['a cron job'])
    there = []
    await clock.advance(3_600_000)
    assert.deepEqual(found(), [])
  })
})
