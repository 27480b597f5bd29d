import assert from 'node:assert/strict'
import type { Slave } from '../helpers/slave.ts'

/** Does something to the daemon that systemd answers with a new one, and returns once that one answers. */
export async function untilReplaced(node: Slave, harm: () => Promise<unknown>): Promise<void> {
  const { pid } = await node.status()
  await harm()
  await node.until(`a daemon other than ${pid}`, status => status.pid !== pid)
}

export function tellDaemon(node: Slave, signal: string): Promise<string> {
  return node.must(['systemctl', 'kill', '--kill-whom=main', `--signal=${signal}`, 'berofosd'])
}

/** Once it has looked at every relay: none was moved, and the role is that. */
export async function assertNothingSwitched(
  node: Slave,
  role: 'master' | 'slave',
  moves: number,
): Promise<void> {
  await node.untilRole(role)
  const { phase } = await node.status()
  assert.notEqual(phase, 'unconfigured')
  assert.equal(await node.relays.moves(), moves)
}
