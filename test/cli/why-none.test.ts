import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { serviceTexts } from '../../src/cli/berofosd/why-none.ts'

const running = {
  LoadState: 'loaded',
  ActiveState: 'active',
  UnitFileState: 'enabled',
  ConditionResult: 'yes',
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
      { ...running, ActiveState: 'inactive', ConditionResult: 'no' },
      [/condition of the service does not hold/],
    ],
  ] as const)
    it(`is told when ${what}`, () => {
      const found = serviceTexts(said)
      assert.equal(found.length, texts.length)
      for (const [index, text] of texts.entries()) assert.match(found[index] ?? '', text)
    })
})
