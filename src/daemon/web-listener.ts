import { hostname } from 'node:os'
import { isDeepStrictEqual } from 'node:util'
import type { Severity } from '../core/role.ts'
import type { HttpSettings } from '../core/settings.ts'
import type { Clock, Timer } from '../system/clock.ts'
import { ownNames, type Page, type PageAt, type WebServer } from '../web/server.ts'
import type { Ports } from './ports.ts'

/** How often an address that can't be listened at is tried again: it may come with the network. */
const retryMs = 30_000

/** Bytes; some block thousands of names in it. */
const longestHosts = 1024 * 1024

type Address = HttpSettings['listen']

/** Keeps the status page at the address that is configured. Never rejects, and nothing waits for it. */
export class WebListener {
  private address: Address = null
  private server: WebServer | null = null
  /** Where that listens. */
  private served: Address = null
  private timer: Timer | null = null
  private turn: Promise<void> = Promise.resolve()
  /** Under which it may be asked for: what is configured, and this node's own. */
  private names: ReadonlySet<string> = new Set()
  /** The latest trouble: said once. */
  private trouble = ''

  constructor(
    private readonly ports: Pick<Ports, 'serveWeb' | 'disk'> & { readonly clock: Clock },
    private readonly answer: PageAt,
    private readonly say: (severity: Severity, text: string) => void,
  ) {}

  follow({ listen: address, hosts }: HttpSettings): void {
    this.know(hosts)
    if (isDeepStrictEqual(address, this.address)) return
    this.address = address
    this.trouble = ''
    this.again()
  }

  close(): Promise<void> {
    this.follow({ listen: null, hosts: [] })
    return this.turn
  }

  private know(hosts: readonly string[]): void {
    const configured = hosts.map(host => host.toLowerCase())
    this.names = new Set([...configured, ...ownNames(hostname(), '')])
    void this.ports.disk.read('/etc/hosts', longestHosts).then(file => {
      if (file.ok) this.names = new Set([...configured, ...ownNames(hostname(), file.text)])
    })
  }

  private again(): void {
    this.timer?.cancel()
    this.timer = null
    this.turn = this.turn.then(() => this.move())
  }

  private async move(): Promise<void> {
    const { address } = this
    if (isDeepStrictEqual(this.served, address)) return
    await this.server?.close()
    this.server = null
    this.served = null
    if (address === null) return
    try {
      this.server = await this.ports.serveWeb(address, this.answer, () => this.names)
      this.served = address
      this.say('info', `http: status page at http://${textOf(address)}/`)
    } catch (error) {
      if (address !== this.address) return
      this.complain(address, error)
      this.timer = this.ports.clock.after(retryMs, () => this.again())
    }
  }

  private complain(address: NonNullable<Address>, error: unknown): void {
    const code = (error as NodeJS.ErrnoException)?.code ?? ''
    const why = whyNot[code] ?? `${error instanceof Error ? error.message : error}: change [http] listen`
    const text = `http: no status page at ${textOf(address)}: ${why}; tried again every ${retryMs / 1000} s`
    if (text !== this.trouble) this.say('warning', text)
    this.trouble = text
  }
}

const whyNot: Readonly<Record<string, string>> = {
  EACCES: 'permission denied: take a port above 1023',
  EADDRINUSE: 'the port is taken: end what listens there or take another in [http] listen',
  EMFILE: 'too many files are open: see what holds them, or raise LimitNOFILE of the unit',
  EADDRNOTAVAIL: 'this host has no such address: give it one or change [http] listen',
}

function textOf({ host, port }: NonNullable<Address>): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** As old as a page may be, milliseconds: many browsers and monitors that ask at once cost as much as one. */
const freshMs = 1000

/** Makes each page at most once in `freshMs`, unless it says that it is made anew each time or is an error. */
export function cachedPages(clock: Pick<Clock, 'mono'>, make: PageAt): PageAt {
  const pages = new Map<string, { readonly page: Page; readonly atMs: number }>()
  return path => {
    const nowMs = clock.mono()
    const kept = pages.get(path)
    if (kept && nowMs - kept.atMs < freshMs) return kept.page
    const page = make(path)
    // Only paths that there are: those that anybody may make up would fill the memory.
    if (page.code === 200 && !page.alwaysNew) pages.set(path, { page, atMs: nowMs })
    else pages.delete(path)
    return page
  }
}
