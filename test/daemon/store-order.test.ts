import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { parseStateFile } from '../../src/daemon/state-file.ts'
import { endStoredOverride, storeOrder } from '../../src/daemon/store-order.ts'
import { temporary } from '../helpers/temporary.ts'

function places(t: TestContext) {
  const directory = temporary(t)
  return { stateDirectory: directory, controlSocket: join(directory, 'control.sock') }
}
const stored = (stateDirectory: string) =>
  parseStateFile(readFileSync(join(stateDirectory, 'state.json'), 'utf8'))

describe('An order that is carried out without a daemon', () => {
  it('is stored as a pin, with its end', async t => {
    const at = places(t)
    const { problem, release } = await storeOrder(at, {
      role: 'slave',
      pin: { forMs: 60_000, reason: 'works', by: 'alice' },
    })
    await release()
    const policy = stored(at.stateDirectory)?.policy
    assert.deepEqual([problem, policy?.role, policy?.adopting], [null, 'slave', false])
    assert.deepEqual([policy?.override?.role, policy?.override?.by], ['slave', 'alice'])
    assert.equal((policy?.override?.until ?? 0) - (policy?.savedAt?.wall ?? 0), 60_000)
  })

  it('keeps the addresses of devices that are given by name, and tells them', async t => {
    const at = places(t)
    const addresses = { 'fos1.example': '10.34.1.20' }
    await (await storeOrder(at, { role: 'master', pin: null })).release()
    const path = join(at.stateDirectory, 'state.json')
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), serial: 9, addresses }))
    const order = await storeOrder(at, { role: 'slave', pin: null })
    await order.release()
    assert.deepEqual(order.addresses, addresses)
    assert.deepEqual(stored(at.stateDirectory)?.addresses, addresses)
  })

  it('proves no check where no daemon has ever run', async t => {
    const at = places(t)
    await (await storeOrder(at, { role: 'slave', pin: null })).release()
    assert.deepEqual(stored(at.stateDirectory)?.policy?.proven, [])
  })

  it('that pins nothing leaves an override as it was, and says that it outranks the role', async t => {
    const at = places(t)
    await (await storeOrder(at, { role: 'slave', pin: { forMs: null, reason: '' } })).release()
    const { problem, release } = await storeOrder(at, { role: 'master', pin: null })
    await release()
    assert.equal(problem, 'the lines are pinned to the slave')
    const found = stored(at.stateDirectory)
    assert.deepEqual([found?.policy?.role, found?.policy?.override?.role], ['master', 'slave'])
    assert.equal(found?.saveId.serial, 2)
  })

  it('ends an override, and says which; where there is none it writes nothing', async t => {
    const at = places(t)
    const nothing = await endStoredOverride(at)
    await nothing.release()
    assert.deepEqual(
      [nothing.problem, nothing.ended, existsSync(join(at.stateDirectory, 'state.json'))],
      [null, null, false],
    )
    await (await storeOrder(at, { role: 'slave', pin: { forMs: null, reason: '' } })).release()
    const { problem, ended, release } = await endStoredOverride(at)
    await release()
    assert.deepEqual([problem, ended], [null, 'slave'])
    const policy = stored(at.stateDirectory)?.policy
    assert.deepEqual([policy?.role, policy?.override], ['slave', null])
  })

  it('waits for whoever has the state directory', async t => {
    const at = places(t)
    const first = await storeOrder(at, { role: 'slave', pin: null })
    const second = await storeOrder(at, { role: 'master', pin: null })
    assert.deepEqual([first.taken, second.taken], [false, true])
    await first.release()
  })

  it('says why it can not be stored', async () => {
    const at = { stateDirectory: '/nonexistent', controlSocket: '/nonexistent/control.sock' }
    const { problem } = await storeOrder(at, { role: 'slave', pin: null })
    assert.match(problem ?? '', /can't write \/nonexistent\/state\.json/)
  })

  it('keeps the rest of a state that was there', async t => {
    const at = places(t)
    const policy = { version: 1, role: 'master', adopting: false, roleSince: 1, override: null, pause: null }
    const rest = { failovers: [5], flapping: true, move: null, moves: 9 }
    writeFileSync(
      join(at.stateDirectory, 'state.json'),
      JSON.stringify({ policy: { ...policy, ...rest }, relays: { fos1: { mode: 1, sent: null } } }),
    )
    await (await storeOrder(at, { role: 'slave', pin: null })).release()
    const found = stored(at.stateDirectory)
    assert.deepEqual(
      [found?.policy?.flapping, found?.policy?.moves, Object.keys(found?.relays ?? {})],
      [true, 9, ['fos1']],
    )
  })
})
