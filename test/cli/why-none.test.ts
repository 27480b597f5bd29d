import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { serviceFaults, whyNone } from '../../src/cli/berofosd/why-none.ts'

const running = {
  LoadState: 'loaded',
  ActiveState: 'active',
  UnitFileState: 'enabled',
  ConditionResult: 'yes',
}

/** As `systemctl show` has it: no condition was looked at. */
const neverStarted = {
  ...running,
  ActiveState: 'inactive',
  ConditionResult: 'no',
  ConditionTimestampMonotonic: '0',
}

describe('What systemd says of a service that does not answer', () => {
  for (const [what, said, texts] of [
    ['there is no systemd', {}, []],
    ['nothing is wrong with it', running, []],
    ['no unit is installed', { LoadState: 'not-found' }, [/knows no berofosd\.service/]],
    [
      'it has failed',
      { ...running, ActiveState: 'failed', Result: 'exit-code', ExecMainStatus: '78' },
      [/failed \(exit-code, exit status 78\): 'journalctl -u berofosd'/],
    ],
    [
      'it is disabled',
      { ...running, ActiveState: 'inactive', UnitFileState: 'disabled' },
      [/disabled.*'systemctl enable berofosd'/],
    ],
    ['it is masked', { LoadState: 'masked', ActiveState: 'inactive' }, [/'systemctl unmask berofosd'/]],
    [
      'its condition does not hold',
      { ...running, ActiveState: 'inactive', ConditionResult: 'no', ConditionTimestampMonotonic: '1234' },
      [/condition of the service does not hold/],
    ],
    ['it was not started since the boot', neverStarted, []],
  ] as const)
    it(`is told when ${what}`, () => {
      const found = serviceFaults(said).map(({ text }) => text)
      assert.equal(found.length, texts.length)
      for (const [index, text] of texts.entries()) assert.match(found[index] ?? '', text)
    })
})

describe('The first thing to do without a daemon', () => {
  const start = "start it with 'systemctl start berofosd'"
  for (const [what, said, files, cure, more] of [
    ['is a start when nothing is wrong', running, [], new RegExp(`^${start}$`), 0],
    ['is a start when there was none since the boot', neverStarted, [], new RegExp(`^${start}$`), 0],
    [
      'is a start when the service is disabled',
      { ...running, ActiveState: 'inactive', UnitFileState: 'disabled' },
      [],
      new RegExp(`^${start}$`),
      1,
    ],
    [
      'is to unmask it',
      { LoadState: 'masked', ActiveState: 'failed', Result: 'signal' },
      ['FILE:1: wrong'],
      /^the service is masked: 'systemctl unmask berofosd', then 'systemctl start berofosd'$/,
      2,
    ],
    [
      'is to see why it failed',
      { ...running, ActiveState: 'failed', Result: 'exit-code', UnitFileState: 'disabled' },
      ['FILE:1: wrong'],
      /^the service has failed .*'journalctl -u berofosd' tells why$/,
      2,
    ],
    ['is to wait for its start', { ...running, ActiveState: 'activating' }, [], /is being started/, 0],
    ['is to mend the files', running, ['FILE:1: wrong'], new RegExp(`^mend what follows, then ${start}$`), 1],
  ] as const)
    it(what, () => {
      const told = whyNone(files, serviceFaults(said))
      assert.match(told.cure, cure)
      assert.equal(told.more.length, more)
    })
})
