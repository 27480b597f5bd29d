import { execFileSync, spawn } from 'node:child_process'
import { undoAtExit } from '../helpers/started.ts'

/** A host of our own in a network namespace, that answers pings until its address is taken away. */
interface NetworkMaster {
  readonly address: string
  die(): void
  live(): void
  remove(): void
}

export function openNetworkMaster(): NetworkMaster {
  const name = `bfb${process.pid}`
  const ip = (...args: string[]) => execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'inherit'] })
  const here = '198.18.77.1'
  const address = '198.18.77.2'
  ip('netns', 'add', name)
  ip('link', 'add', `${name}a`, 'type', 'veth', 'peer', 'name', `${name}b`, 'netns', name)
  ip('addr', 'add', `${here}/30`, 'dev', `${name}a`)
  ip('link', 'set', `${name}a`, 'up')
  ip('-n', name, 'link', 'set', 'lo', 'up')
  ip('-n', name, 'link', 'set', `${name}b`, 'up')
  // One process for all orders: starting one takes as long as what is measured here is exact.
  const orders = spawn('ip', ['-n', name, '-force', '-batch', '-'], { stdio: ['pipe', 'ignore', 'inherit'] })
  const order = (line: string) => orders.stdin.write(`${line}\n`)
  const live = () => void order(`addr replace ${address}/30 dev ${name}b`)
  live()
  const remove = undoAtExit(() => ip('netns', 'del', name))
  return {
    address,
    live,
    die: () => void order(`addr del ${address}/30 dev ${name}b`),
    remove() {
      orders.stdin.end()
      remove()
    },
  }
}
