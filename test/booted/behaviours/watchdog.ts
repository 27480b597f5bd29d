import assert from 'node:assert/strict'
import { behaviour, type ThisSlave } from './behaviour.ts'
import { assertNothingSwitched, tellDaemon, untilReplaced } from './replaced.ts'

/** A daemon that lives and does nothing is worse than one that is dead. */
export function watchedOver(slave: ThisSlave): void {
  behaviour('is restarted by the watchdog when it is stopped, and switches nothing', slave, async node => {
    await node.begin()
    const log = await node.must(['date', '+%s'])
    await untilReplaced(node, () => tellDaemon(node, 'STOP'))
    await assertNothingSwitched(node, 'master', 0)
    assert.match(await systemdSince(node, log), /Watchdog timeout/)
  })

  behaviour('is restarted by the watchdog when its loop hangs, and switches nothing', slave, async node => {
    await node.must(['mkdir', '-p', dropIn])
    await node.container.write(hanging.file, hanging.text)
    await node.container.write(
      `${dropIn}/hang.conf`,
      `[Service]\nEnvironment=NODE_OPTIONS=--import=${hanging.file}\n`,
    )
    await node.must(['systemctl', 'daemon-reload'])
    await node.begin()
    await node.failOver()
    const log = await node.must(['date', '+%s'])
    await untilReplaced(node, () => node.must(['touch', hanging.order]))
    await assertNothingSwitched(node, 'slave', node.relays.count)
    assert.match(await systemdSince(node, log), /Watchdog timeout/)
    await node.must(['rm', '-r', dropIn])
    await node.must(['systemctl', 'daemon-reload'])
  })
}

const dropIn = '/run/systemd/system/berofosd.service.d'

/** Runs in the daemon's own loop, which never ends once the file is there. */
const hanging = {
  file: '/usr/local/lib/hang.mjs',
  order: '/run/berofosd/hang',
  text: `import { existsSync, rmSync } from 'node:fs'
const order = '/run/berofosd/hang'
const look = () => {
  if (!existsSync(order)) return
  rmSync(order)
  for (;;);
}
if (process.argv[2] === 'run') setInterval(look, 100).unref()
`,
} as const

function systemdSince(node: Parameters<typeof tellDaemon>[0], second: string): Promise<string> {
  return node.must(['journalctl', '--no-pager', '_PID=1', '--unit=berofosd', `--since=@${second.trim()}`])
}
