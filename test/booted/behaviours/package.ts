import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { laterPackage } from '../helpers/berofosd-package.ts'
import { behaviour, type ThisSlave } from './behaviour.ts'
import { assertNothingSwitched, untilReplaced } from './replaced.ts'

/** The end of a version, and of all. */
export function upgraded(slave: ThisSlave): void {
  behaviour(
    'is upgraded in the role of the slave, with its files kept, and switches nothing',
    slave,
    async node => {
      await node.begin()
      await node.failOver()
      const before = await node.container.read('/etc/berofosd.conf')
      await copyFile(
        await laterPackage(node.packageFile, node.directory),
        node.container.path('/root/later.deb'),
      )
      await untilReplaced(node, () => node.must(['apt-get', 'install', '--yes', '/root/later.deb'], patient))
      await assertNothingSwitched(node, 'slave', node.relays.count)
      assert.match(await node.must(['dpkg-query', '-W', 'berofosd']), /\+later$/m)
      assert.equal(await node.container.read('/etc/berofosd.conf'), before)
    },
  )

  behaviour('is purged with all that is its own, and switches nothing', slave, async node => {
    await node.begin()
    await node.must(['apt-get', 'purge', '--yes', 'berofosd'], patient)
    const left = [
      '/etc/berofosd.conf',
      '/usr/bin/berofosd',
      '/usr/lib/berofosd',
      '/var/lib/berofosd',
      '/run/berofosd',
      '/lib/systemd/system/berofosd.service',
      '/etc/systemd/system/multi-user.target.wants/berofosd.service',
    ].filter(path => existsSync(node.container.path(path)))
    assert.deepEqual(left, [])
    assert.equal(await node.container.read('/etc/bnfos.conf'), node.relays.bnfosConf)
    assert.equal((await node.run(['systemctl', 'is-active', 'berofosd'])).stdout, 'inactive\n')
    assert.equal(await node.relays.moves(), 0)
  })
}

const patient = { timeoutMs: 180_000 }
