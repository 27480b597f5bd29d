import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { DeviceErrorCode, DeviceReply, SettableDevice } from '../../src/berofos/device.ts'
import { askTwice, fixSettings } from '../../src/cli/berofosd/doctor-fix.ts'
import { FakeClock } from '../helpers/fake-clock.ts'
import { someDevice } from '../helpers/settings.ts'

/** Time does not matter here: pauses are over at once. */
class HastyClock extends FakeClock {
  slept = 0
  override async sleep(ms: number): Promise<void> {
    this.slept += ms
  }
}

function failure(code: DeviceErrorCode): DeviceReply<never> {
  return { ok: false, error: { code, text: `it said ${code}`, answered: false } }
}

describe('A berofos that may be busy with someone else', () => {
  const rows: [DeviceErrorCode, number][] = [
    ['unreachable', 2],
    ['refused', 2],
    ['timeout', 1],
    ['login', 1],
    ['garbage', 1],
  ]
  for (const [code, times] of rows)
    it(`is asked ${times === 2 ? 'twice' : 'once'} when it says ${code}`, async () => {
      let asked = 0
      const clock = new HastyClock()
      const reply = await askTwice(async () => {
        asked += 1
        return failure(code)
      }, clock)
      assert.deepEqual([asked, reply.ok, clock.slept > 0], [times, false, times === 2])
    })

  it('counts as it answers the second time', async () => {
    const replies: DeviceReply<number>[] = [failure('unreachable'), { ok: true, value: 7 }]
    const reply = await askTwice(async () => replies.shift() ?? failure('garbage'), new HastyClock())
    assert.deepEqual(reply, { ok: true, value: 7 })
  })
})

describe('doctor --fix', () => {
  it('stops at the first setting that the device gives no answer to', async () => {
    const written: string[] = []
    const values = { wdog: '1', wdogdef: '1', modedef: '0', scenario: '1' }
    const device: SettableDevice = {
      read: async () => ({ ok: true, value: { values, warning: null } }),
      write: async () => failure('timeout'),
      async writeAll(group) {
        written.push(Object.keys(group).join())
        return failure('timeout')
      },
      moved: () => device,
      close() {},
    }
    const changes = await fixSettings(someDevice('fos1'), { kind: 'pair' }, device, values, new HastyClock())
    assert.deepEqual(written, ['wdog'])
    assert.deepEqual(
      changes.map(({ keyword, done, text }) => [keyword, done, text]),
      [['wdog', false, 'fos1: wdog was not corrected: it said timeout']],
    )
  })
})
