import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { checkRows, checkTypes, checkTypeTable } from '../../src/config/check-rows.ts'
import { scanIni } from '../../src/config/ini-file.ts'
import type { Rows } from '../../src/config/row.ts'
import { relayRows } from '../../src/config/rows.ts'
import { plainSections } from '../../src/config/sections.ts'
import { readSettings } from '../../src/config/settings-reading.ts'
import type { DeviceSettings, Settings } from '../../src/core/settings.ts'
import { fittingOf } from '../fuzz/targets/berofosd-conf-text.ts'
import { settingsText } from '../fuzz/targets/settings-text.ts'

type Words = Readonly<Record<string, string>>
/** The sections of a file. */
type File = Readonly<Record<string, Words>>

const pair: File = { master: { host: '10.34.1.10' } }
const bypass: File = { site: { kind: 'bypass' }, 'check.telephony': { type: 'sip' } }
const devices: readonly DeviceSettings[] = [
  { name: 'fos1', host: '10.34.1.20', mac: null, login: null, port: 80, invert: false },
]

describe('of every key', () => {
  // [site] decides which other sections there may be.
  const { site: _, bypass: bypassRows, ...sections } = plainSections
  testKeys('bypass', bypassRows, bypass)
  for (const [section, rows] of Object.entries(sections)) testKeys(section, rows, pair)
  testKeys('relay.fos1', relayRows, pair)
  for (const type of checkTypes) {
    const { values } = checkTypeTable[type].example
    testKeys('check.own', checkRows[type], { ...pair, 'check.other': {}, 'check.own': { type, ...values } })
  }
})

/** Its values make different settings, and these read the same when they are written anew. */
function testKeys(section: string, rows: Rows, file: File): void {
  const about = file[section]?.type ?? section
  for (const [key, row] of Object.entries(rows))
    test(`the value gets into the settings: ${about} ${key}`, () => {
      const read = fittingOf(row).map(value =>
        settingsOf({ ...file, [section]: { ...file[section], [key]: value } }),
      )
      const [first, ...others] = read.filter(settings => settings !== null)
      const other = others.find(settings => !isDeepStrictEqual(settings, first))
      assert.ok(other, 'no two values make different settings: berofosd-conf-text.ts may lack some that fit')
      assert.deepEqual(settingsOfText(settingsText(other)), other)
    })
}

/** null: it is no valid file. */
function settingsOf(file: File): Settings | null {
  const lines = Object.entries(file).flatMap(([section, words]) => [
    `[${section}]`,
    ...Object.entries(words).map(([key, value]) => `${key} = ${value}`),
  ])
  return settingsOfText(lines.join('\n'))
}

function settingsOfText(text: string): Settings | null {
  const { sections, problems } = scanIni(Buffer.from(text))
  return problems.length > 0 ? null : readSettings(sections, devices).settings
}
