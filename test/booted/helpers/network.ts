import { must, run } from './command.ts'

/** Host → its addresses, the first one first, all in one /24. */
export type Hosts<Host extends string> = Readonly<Record<Host, readonly string[]>>

/**
 * Network namespaces, a host each, on a bridge in a namespace of its own. Names begin with `prefix`. A link is cut at
 * the bridge, so that neither end loses its carrier: what a host sees is silence.
 */
export class Network<Host extends string = string> {
  private constructor(
    private readonly prefix: string,
    readonly hosts: Hosts<Host>,
  ) {}

  /** Rejects, with nothing left behind, when the kernel has no bridge or no veth, or this is not root. */
  static async open<Host extends string>(prefix: string, hosts: Hosts<Host>): Promise<Network<Host>> {
    const network = new Network(prefix, hosts)
    try {
      await network.make()
      return network
    } catch (error) {
      await network.close()
      throw error
    }
  }

  /** Path of a host's namespace, for what can be started in one. */
  path(host: Host): string {
    return `/run/netns/${this.name(host)}`
  }

  /** Program and words that run a command in a host's network. */
  within(host: Host, ...command: readonly string[]): [string, string[]] {
    return ['nsenter', [`--net=${this.path(host)}`, '--', ...command]]
  }

  async cut(host: Host): Promise<void> {
    await this.ip(bridge, 'link', 'set', portOf(host), 'nomaster')
  }

  async restore(host: Host): Promise<void> {
    await this.ip(bridge, 'link', 'set', portOf(host), 'master', 'br0')
  }

  async restoreAll(): Promise<void> {
    for (const host of this.names()) await this.restore(host)
  }

  /** Ends with the namespaces, and the links in them, gone. */
  async close(): Promise<void> {
    for (const host of [...this.names(), bridge]) await run('ip', ['netns', 'delete', this.name(host)])
  }

  private async make(): Promise<void> {
    await must('ip', ['netns', 'add', this.name(bridge)])
    await this.ip(bridge, 'link', 'add', 'br0', 'type', 'bridge', 'stp_state', '0', 'forward_delay', '0')
    await this.ip(bridge, 'link', 'set', 'br0', 'up')
    for (const host of this.names()) await this.connect(host)
  }

  private async connect(host: Host): Promise<void> {
    await must('ip', ['netns', 'add', this.name(host)])
    const port = [portOf(host), 'type', 'veth', 'peer', 'name', 'eth0', 'netns', this.name(host)]
    await this.ip(bridge, 'link', 'add', ...port)
    await this.ip(bridge, 'link', 'set', portOf(host), 'master', 'br0', 'up')
    for (const address of this.hosts[host]) await this.ip(host, 'addr', 'add', `${address}/24`, 'dev', 'eth0')
    await this.ip(host, 'link', 'set', 'eth0', 'up')
    await this.ip(host, 'link', 'set', 'lo', 'up')
    // As systemd sets it at the boot of a machine, but not of a container: datagrams that wait in a unix socket.
    await must(...this.within(host, 'sh', '-c', 'echo 512 >/proc/sys/net/unix/max_dgram_qlen'))
  }

  private ip(host: string, ...words: readonly string[]): Promise<string> {
    return must('ip', ['-n', this.name(host), ...words])
  }

  private names(): Host[] {
    return Object.keys(this.hosts) as Host[]
  }

  private name(host: string): string {
    return `${this.prefix}-${host}`
  }
}

const bridge = 'bridge'

/** IFNAMSIZ of linux/if.h: 15 characters. */
function portOf(host: string): string {
  return `to-${host}`.slice(0, 15)
}
