import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Settings } from '../../src/core/settings.ts'
import { changesBetween, missingIn } from '../../src/daemon/settings-changes.ts'
import { pingCheck, someDevice, someSettings } from '../helpers/settings.ts'

const before = someSettings({ checks: [pingCheck(), pingCheck({ name: 'sip' })] })
const { failback } = before
const [fos1, fos2] = [someDevice('fos1'), someDevice('fos2')]

describe('What a reload has changed', () => {
  const rows: readonly (readonly [change: Partial<Settings>, words: readonly string[]])[] = [
    [{}, []],
    [{ failback: { ...failback, flapLimit: 9 } }, ['[failback]']],
    [{ witnesses: ['10.34.1.1'] }, ['[isolation]']],
    [{ http: { listen: null, hosts: ['pbx.example'] }, statusSocket: null }, ['[control]', '[http]']],
    [
      { checks: [pingCheck({ fall: 9 }), pingCheck({ name: 'web' })] },
      ['[check.ping]', '[check.web] (new)', '[check.sip] (gone)'],
    ],
    [{ devices: [{ ...fos1, port: 81 }] }, ['device fos1', 'device fos2 (gone)']],
    [{ devices: [fos1, fos2, someDevice('fos3')] }, ['device fos3 (new)']],
    [{ devices: null }, ['bnfos.conf is gone']],
  ]
  for (const [change, words] of rows)
    it(`is told as: ${words.join(', ') || 'nothing'}`, () =>
      assert.deepEqual(changesBetween(before, { ...before, ...change }), words))

  it('is every device where there was no bnfos.conf', () => {
    assert.deepEqual(changesBetween({ ...before, devices: null }, before), [
      'device fos1 (new)',
      'device fos2 (new)',
    ])
  })
})

describe('A bnfos.conf without a device', () => {
  const none = { ...before, devices: [] }

  it('is a mistake where there were some', () => {
    assert.equal(missingIn(none, before, 'B'), 'B: names no device, expected a section such as [fos1]')
  })

  it('is none where there were none, and no bnfos.conf at all is meant so', () => {
    assert.equal(missingIn(none, none, 'B'), null)
    assert.equal(missingIn({ ...before, devices: null }, before, 'B'), null)
  })
})
