import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { validate } from 'node-cron'
import { readBnfos } from '../../../src/config/bnfos-file.ts'
import { checkRows } from '../../../src/config/check-rows.ts'
import { scanIni } from '../../../src/config/ini-file.ts'
import { loadSettings, type SettingsLoading } from '../../../src/config/load.ts'
import { firstOf, problemTexts } from '../../../src/config/problem.ts'
import { readSettings } from '../../../src/config/settings-reading.ts'
import type { CheckType, DeviceSettings, Settings } from '../../../src/core/settings.ts'
import { Random } from '../../helpers/random.ts'
import { sample, samples } from '../samples.ts'
import type { Target } from '../target.ts'
import { confText, confWords } from './berofosd-conf-text.ts'
import { expectPlaces } from './problem-lines.ts'
import { scratch } from './scratch.ts'
import { settingsText } from './settings-text.ts'

export const berofosdConf: Target = {
  name: 'berofosd.conf',
  holds: 'settings that read the same when written anew, or problems with their lines',
  seeds: [
    sample('config/berofosd.conf'),
    sample('test/data/every-section.conf'),
    sample('test/data/master-only.conf'),
    ...samples('test/data/berofosd', '.conf'),
  ],
  words: confWords,
  generate: confText,
  limitMs: 2000,
  open() {
    const { directory, remove } = scratch()
    const configFile = join(directory, 'berofosd.conf')
    const bnfosFile = join(directory, 'bnfos.conf')
    const bnfos = Buffer.from('[fos1]\nhost = 10.34.1.20\n[fos2]\nmac = 00:19:32:00:12:1D\n')
    writeFileSync(bnfosFile, bnfos, { mode: 0o600 })
    const { devices } = readBnfos(bnfos)
    const read = (content: Buffer) => readContent(configFile, content, devices)
    return {
      async run(input) {
        readTwice(configFile, input, read)
        if (!new Random(input).oneIn(throughFileOneIn)) return
        const direct = read(input)
        // Whom `wazo` stands for is another file's business.
        if (direct.ok && direct.settings.wazo !== undefined) return
        writeFileSync(configFile, input)
        const loaded = await loadSettings({ configFile, bnfosFile })
        assert.deepEqual(loaded, direct, 'the file says something else')
      },
      close: remove,
    }
  },
}

/** Files take their time, so most inputs go to the parser at once. */
const throughFileOneIn = 32

/** As `loadSettings` puts it together. */
function readContent(file: string, content: Buffer, devices: readonly DeviceSettings[]): SettingsLoading {
  const scanned = scanIni(content)
  const { settings, ...read } = readSettings(scanned.sections, devices)
  const problems = problemTexts(file, [...scanned.problems, ...read.problems])
  if (settings === null || problems.length > 0) return { ok: false, problems: firstOf(problems) }
  return { ok: true, settings, warnings: firstOf(problemTexts(file, read.warnings)) }
}

function readTwice(file: string, input: Buffer, read: (content: Buffer) => SettingsLoading): void {
  const first = read(input)
  expectPlaces(file, input, first.ok ? first.warnings : first.problems)
  if (!first.ok) {
    assert.ok(first.problems.length > 0, 'refused without a reason')
    return
  }
  if (first.settings.wazo !== undefined) return
  expectSense(first.settings)
  const text = settingsText(first.settings)
  // What was written with one byte each may need six.
  if (text.split('\n').some(line => line.length > 4000)) return
  assert.deepEqual(read(Buffer.from(text)), { ...first, warnings: [] })
}

function asksHost(type: CheckType): boolean {
  return 'host' in checkRows[type] || 'url' in checkRows[type]
}

/** What the daemon relies on. */
function expectSense({ checks, failback, log, relays, http }: Settings): void {
  assert.ok(
    checks.some(({ required }) => required),
    'no check is required',
  )
  assert.equal(new Set(checks.map(({ name }) => name)).size, checks.length, 'two checks have one name')
  for (const { type, intervalMs, timeoutMs, fall, rise, host } of checks) {
    assert.ok(intervalMs >= 10 && timeoutMs >= 1 && fall >= 1 && rise >= 1, 'a check never ends')
    assert.equal(host !== '', asksHost(type), 'a check asks nobody')
  }
  for (const cron of [failback.window, log.remind]) assert.ok(validate(cron), `node-cron refuses ${cron}`)
  assert.ok(relays.retryMaxMs >= relays.retryMs && relays.retryMs >= 10, 'retries have no pause')
  if (http.listen) assert.ok(http.listen.port >= 1 && http.listen.port <= 65_535)
}
