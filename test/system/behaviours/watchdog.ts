import assert from 'node:assert/strict'
import { must } from '../helpers/command.ts'
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
    await node.begin()
    await node.failOver()
    const log = await node.must(['date', '+%s'])
    await untilReplaced(node, async () => {
      await tellDaemon(node, 'USR1')
      await must(...node.network.within('slave', ...speaksWebSocket), { input: hang })
    })
    await assertNothingSwitched(node, 'slave', node.relays.count)
    assert.match(await systemdSince(node, log), /Watchdog timeout/)
  })
}

/** The Node that runs the tests: that of Debian 12 knows no WebSocket. */
const speaksWebSocket = [process.execPath, '--experimental-websocket', '--input-type=module', '-']

/** Node opens its inspector on SIGUSR1; what it evaluates runs in the daemon's own loop, and never ends. */
const hang = `
const deadline = performance.now() + 20_000
const open = async () => {
  for (;;)
    try {
      return await (await fetch('http://127.0.0.1:9229/json/list')).json()
    } catch (error) {
      if (performance.now() > deadline) throw error
      await new Promise(resolve => setTimeout(resolve, 50))
    }
}
const [{ webSocketDebuggerUrl }] = await open()
const socket = new WebSocket(webSocketDebuggerUrl)
const say = (id, expression) => socket.send(JSON.stringify({ id, method: 'Runtime.evaluate', params: { expression } }))
socket.onopen = () => say(1, 'globalThis.setTimeout(() => { for (;;); }, 100)')
socket.onmessage = () => process.exit(0)
socket.onerror = () => process.exit(1)
`

function systemdSince(node: Parameters<typeof tellDaemon>[0], second: string): Promise<string> {
  return node.must(['journalctl', '--no-pager', '_PID=1', '--unit=berofosd', `--since=@${second.trim()}`])
}
