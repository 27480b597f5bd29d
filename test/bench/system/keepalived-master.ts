import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { eventually } from '../../helpers/until.ts'
import type { RaceSite } from './site.ts'

/** A keepalived in the network of the master, of the same package as the slave's; it needs no service manager. */
export class KeepalivedMaster {
  private text = ''

  private constructor(private readonly process: ChildProcess) {
    for (const stream of [process.stdout, process.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.text += text
      })
  }

  /** Resolves when it sends adverts. */
  static async start({ slave, tree }: RaceSite, conf: string): Promise<KeepalivedMaster> {
    const isolated = ['unshare', '--mount', 'sh', '-c', script, 'sh', tree]
    // Ended with the bench, even if that is killed.
    const command = ['setpriv', '--pdeathsig=TERM', ...isolated]
    const child = spawn(...slave.network.within('master', ...command), { stdio: 'pipe' })
    const master = new KeepalivedMaster(child)
    child.stdin?.end(conf)
    try {
      await eventually('keepalived of the master is MASTER', () => {
        if (child.exitCode !== null) throw new Error(`keepalived ended with ${child.exitCode}`)
        return master.text.includes('Entering MASTER STATE')
      })
      return master
    } catch (error) {
      await master.close()
      throw new Error(`${(error as Error).message}\n${master.text}`)
    }
  }

  async close(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return
    const ended = once(this.process, 'exit')
    this.process.kill('SIGTERM')
    const timer = setTimeout(() => this.process.kill('SIGKILL'), 10_000)
    await ended
    clearTimeout(timer)
  }
}

/** What it mounts and writes is in a mount namespace of its own: the tree stays as it is. */
const script = `set -e
mount -t proc proc "$1/proc"
mount -t tmpfs tmpfs "$1/run"
cat >"$1/run/keepalived.conf"
exec chroot "$1" keepalived --dont-fork --log-console --vrrp --use-file=/run/keepalived.conf
`
