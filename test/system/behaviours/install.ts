import assert from 'node:assert/strict'
import { basename } from 'node:path'
import { behaviour, type ThisSlave } from './behaviour.ts'

/** From the package to a service that runs. */
export function installing(slave: ThisSlave): void {
  behaviour('is installed by apt, with all that it depends on', slave, async node => {
    await node.must(['apt-get', 'install', '--yes', `/root/${basename(node.packageFile)}`], {
      timeoutMs: 180_000,
    })
    assert.match(await node.must(['berofosd', '--version']), /\d+\.\d+\.\d+/)
  })

  behaviour('does nothing and has not failed until it is told its master', slave, async node => {
    const { ActiveState, UnitFileState } = await node.unit('ActiveState', 'UnitFileState')
    assert.equal(ActiveState, 'inactive')
    assert.equal(UnitFileState, 'enabled')
    assert.equal(await node.relays.moves(), 0)
  })

  behaviour('once configured and started, shows its role in systemctl status', slave, async node => {
    await node.begin()
    const { stdout } = await node.run(['systemctl', 'status', 'berofosd'])
    assert.match(stdout, /Active: active \(running\)/)
    assert.match(stdout, /Status: ".*master.*"/)
    assert.equal(await node.relays.moves(), 0)
  })
}
