import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { hookItems, serviceItems, stateDirectoryItem } from '../../src/cli/berofosd/doctor-surroundings.ts'
import { someSettings } from '../helpers/settings.ts'
import { temporary } from '../helpers/temporary.ts'

describe('What berofosd doctor says of the service', () => {
  const active = { LoadState: 'loaded', ActiveState: 'active', UnitFileState: 'enabled' }

  it('is nothing where there is no systemd', () => assert.deepEqual(serviceItems({}), []))

  it('is good when it is active and enabled', () =>
    assert.deepEqual(
      serviceItems(active).map(({ verdict }) => verdict),
      ['good'],
    ))

  it('is bad when a boot does not start it, or when it does not run', () => {
    const [disabled] = serviceItems({ ...active, UnitFileState: 'disabled' })
    assert.deepEqual([disabled?.verdict, disabled?.is, disabled?.needs], ['bad', 'disabled', 'enabled'])
    assert.match(disabled?.cure ?? '', /systemctl enable berofosd/)
    const [stopped] = serviceItems({ ...active, ActiveState: 'inactive' })
    assert.match(stopped?.cure ?? '', /systemctl start berofosd/)
    const both = serviceItems({ ...active, ActiveState: 'inactive', UnitFileState: 'disabled' })
    assert.deepEqual(
      both.map(({ is }) => is),
      ['disabled', 'inactive'],
    )
  })
})

describe('What berofosd doctor says of a unit that was changed', () => {
  const said = {
    LoadState: 'loaded',
    ActiveState: 'active',
    UnitFileState: 'enabled',
    NeedDaemonReload: 'yes',
  }

  it('is an advice to have systemd read it again', () => {
    const [item, ...more] = serviceItems(said)
    assert.deepEqual([item?.verdict, more], ['advice', []])
    assert.match(item?.cure ?? '', /systemctl daemon-reload/)
  })
})

describe('What berofosd doctor says of the state directory', () => {
  const settings = someSettings({ stateDirectory: '/var/lib/berofosd' })

  it('is that the unit makes it, when it is missing', async t => {
    const { verdict, is } = await stateDirectoryItem(settings, temporary(t))
    assert.deepEqual([verdict, is], ['advice', 'missing'])
  })

  it('is bad when it is a file', async t => {
    const root = temporary(t)
    mkdirSync(join(root, 'var/lib'), { recursive: true })
    writeFileSync(join(root, 'var/lib/berofosd'), '')
    assert.equal((await stateDirectoryItem(settings, root)).verdict, 'bad')
  })

  it('is an advice when others may enter it, and good when they may not', async t => {
    const root = temporary(t)
    const path = join(root, 'var/lib/berofosd')
    mkdirSync(path, { recursive: true })
    chmodSync(path, 0o755)
    const open = await stateDirectoryItem(settings, root)
    assert.deepEqual([open.verdict, open.is], ['advice', '0755'])
    chmodSync(path, 0o700)
    assert.equal((await stateDirectoryItem(settings, root)).verdict, 'good')
  })
})

describe('What berofosd doctor says of a hook', () => {
  const { hooks } = someSettings({})
  const itemsOf = (line: string, root: string) =>
    hookItems(someSettings({ hooks: { ...hooks, after_slave: line } }), root)

  it('is nothing when none is set', async t =>
    assert.deepEqual(await hookItems(someSettings({}), temporary(t)), []))

  it('is bad when it starts a unit that systemd does not have', async t => {
    const [item, ...more] = await itemsOf('systemctl --no-ask-password start ha-telephony', temporary(t))
    assert.deepEqual([item?.verdict, item?.is, more], ['bad', 'starts ha-telephony.service', []])
  })

  it('is good when the units are there, an instance by its template', async t => {
    const root = temporary(t)
    for (const unit of ['etc/systemd/system/ha-a.service', 'lib/systemd/system/ha-b@.service']) {
      mkdirSync(dirname(join(root, unit)), { recursive: true })
      writeFileSync(join(root, unit), '')
    }
    const items = await itemsOf('systemctl start ha-a ha-b@1.service && true', root)
    assert.deepEqual(
      items.map(({ verdict, is }) => [verdict, is]),
      [['good', 'starts ha-a.service, ha-b@1.service']],
    )
  })

  it('is bad when it calls sudo, an advice when it sends local mail', async t => {
    const items = await itemsOf('sudo service asterisk start; echo x | mail root', temporary(t))
    assert.deepEqual(
      items.map(({ verdict, is }) => [verdict, is]),
      [
        ['bad', 'calls sudo'],
        ['advice', 'sends mail'],
      ],
    )
  })
})
