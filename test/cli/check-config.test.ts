import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { deviceTable } from '../../src/cli/berofosd/check-config.ts'
import type { Look } from '../../src/cli/output.ts'
import { someDevice } from '../helpers/settings.ts'

const narrow: Look = { width: 60, signs: false, paint: (_, text) => text }
const device = { ...someDevice('fos1'), host: '192.168.100.200', mac: '00:19:32:00:12:1D' }

describe('The table of devices in 60 columns', () => {
  it('has both addresses whole, and leaves out that none is inverted', () => {
    assert.deepEqual(deviceTable([device], narrow), [
      '',
      '   RELAY  HOST             PORT  LOGIN  MAC',
      '   fos1   192.168.100.200  80    no     00:19:32:00:12:1D',
    ])
  })

  it('says which device is inverted, and leaves out the logins for it', () => {
    assert.deepEqual(deviceTable([device, { ...device, name: 'fos2', invert: true }], narrow), [
      '',
      '   RELAY  HOST             PORT  INVERTED  MAC',
      '   fos1   192.168.100.200  80    no        00:19:32:00:12:1D',
      '   fos2   192.168.100.200  80    yes       00:19:32:00:12:1D',
    ])
  })
})
