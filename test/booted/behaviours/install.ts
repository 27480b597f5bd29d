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

  behaviour('runs on the nodejs of its release', slave, async (node, t) => {
    const shown = await node.must(['dpkg-query', '--status', 'nodejs'])
    const [, version = ''] = /^Version: (.*)$/m.exec(shown) ?? []
    t.diagnostic(`nodejs ${version}`)
    assert.match(version, node.release.nodejs)
    assert.match(shown, /^Maintainer: Debian /m)
  })

  behaviour('idles and has not failed until it is told its master, and says so', slave, async node => {
    const { ActiveState, UnitFileState, StatusText } = await node.unit(
      'ActiveState',
      'UnitFileState',
      'StatusText',
    )
    assert.deepEqual([ActiveState, UnitFileState], ['active', 'enabled'])
    assert.match(StatusText, /unconfigured/)
    const { status, stdout } = await node.run(['berofosd', 'status'])
    assert.equal(status, 1)
    assert.match(stdout, /no master is named/)
    assert.equal((await node.run(['berofosd', 'check-config'])).status, 78)
    assert.equal(await node.relays.moves(), 0)
  })

  behaviour('takes up its master with a reload, and moves nothing', slave, async node => {
    await node.configure()
    await node.must(['systemctl', 'reload', 'berofosd'])
    await node.untilSteady()
    assert.equal(await node.relays.moves(), 0)
  })

  behaviour(
    'fails a reload that names no master any more, and keeps the old file in force',
    slave,
    async node => {
      await node.configure({ master: { host: '' } })
      assert.notEqual((await node.run(['systemctl', 'reload', 'berofosd'])).status, 0)
      await node.untilSteady()
      assert.equal((await node.run(['berofosd', 'check-config'])).status, 78)
    },
  )

  behaviour('once configured and started, shows its role in systemctl status', slave, async node => {
    await node.begin()
    const { stdout } = await node.run(['systemctl', 'status', 'berofosd'])
    assert.match(stdout, /Active: active \(running\)/)
    assert.match(stdout, /Status: ".*master.*"/)
    assert.equal(await node.relays.moves(), 0)
  })
}
