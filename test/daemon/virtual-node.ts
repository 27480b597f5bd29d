import type { TestContext } from 'node:test'
import type { Senders } from '../../src/alerts/sending.ts'
import type { Device, RememberedAddresses } from '../../src/berofos/device.ts'
import { page } from '../../src/cli/web/pages.ts'
import { readBnfos } from '../../src/config/bnfos-file.ts'
import { scanIni } from '../../src/config/ini-file.ts'
import type { SettingsLoading } from '../../src/config/load.ts'
import { namesMaster, readIdleSettings, readSettings } from '../../src/config/settings-reading.ts'
import type { Handler } from '../../src/control/server.ts'
import type { ProbeResult } from '../../src/core/role.ts'
import { type Daemon, startDaemon } from '../../src/daemon/daemon.ts'
import type { Files, Ports } from '../../src/daemon/ports.ts'
import type { Disk } from '../../src/daemon/state-ports.ts'
import type { Status } from '../../src/status/status-json.ts'
import type { Locking } from '../../src/system/directory-lock.ts'
import type { LogOptions } from '../../src/system/logger.ts'
import type { Address, PageAt, WebServer } from '../../src/web/server.ts'
import { FakeClock } from '../helpers/fake-clock.ts'
import { silentNotify, silentSenders } from '../helpers/silent-senders.ts'

export const haFile = '/etc/xivo/ha.conf'
export const wazoDirectory = '/var/lib/wazo'
export const files = { configFile: '/etc/berofosd.conf', bnfosFile: '/etc/bnfos.conf', haFile, wazoDirectory }
const isOfCommands = (path: string) => path.includes('/commands-')
const lineOf = (severity: string, text: string) => `${severity} ${text}`

/** The daemon in this process, in a world of values: nothing of it waits, unless the clock is moved on. */
export class VirtualNode {
  readonly clock = new FakeClock()
  /** Path → text; null: it can't be read (EACCES). */
  readonly disk = new Map<string, string | null>()
  /** Severity and text. */
  readonly lines: string[] = []
  /** Hosts that were probed since the last look. */
  readonly probed: string[] = []
  /** Hosts that answer no probe. */
  readonly dead = new Set<string>()
  /** The copy of the state in memory; null: there is none. */
  copied: string | null = null
  /** Commands that ran when the last daemon ended, in memory as well; null: none did. */
  noted: string | null = null
  readonly copy = {
    read: (path: string) => (isOfCommands(path) ? this.noted : this.copied),
    write: (path: string, text: string) => {
      if (isOfCommands(path)) this.noted = text
      else this.copied = text
      return true
    },
  }
  /** Paths at which the disk never answers, and why it takes no file; null: it takes each. */
  readonly hanging = new Set<string>()
  diskTrouble: string | null = null
  /** Which boot of the machine it is. */
  boot: string | null = 'first'
  /** The relay's mode, and each that was written. */
  mode = 1
  readonly written: string[] = []
  /** How long the relay takes for a reading, and the disk to look for a file. */
  relayMs = 0
  /** Its page can be read; it can be reached at all. */
  readable = true
  reachable = true
  diskMs = 0
  witnessAnswers = false
  /** Host → the MAC that answers there over GBL4. */
  readonly macs = new Map<string, string>()
  /** What the control socket asks; null: it is not served yet. */
  handler: Handler | null = null
  /** What the status socket asks. */
  questions: Handler | null = null
  /** Where the status page is, and why there can be none. */
  webAt: Address | null = null
  webAnswer: PageAt | null = null
  webTrouble: string | null = null
  /** By which names the status page may be asked for. */
  webNames: (() => ReadonlySet<string>) | null = null
  /** The lock on the state directory. */
  lock: Locking = { is: 'held', release: () => Promise.resolve() }
  /** The first try to lock it has not answered yet: its end. */
  slowLock: Promise<Locking> | null = null
  /** How often it was tried to lock. */
  lockTries = 0
  /** What the log was opened with. */
  logOptions: LogOptions | null = null
  /** Where devices that are given by name answered, as a device is told. */
  remembered: RememberedAddresses | null = null
  /** How alerts and pings leave. */
  senders: Senders = silentSenders
  /** Paths that were looked for. */
  readonly lookedFor: string[] = []
  /** Kicks that were sent, as `HOST MAC`, and whether they are echoed. */
  readonly kicks: string[] = []
  echoes = true
  #daemon: Daemon | null = null

  constructor(config: string, ha: string | null = null) {
    this.disk.set(files.configFile, config)
    this.disk.set(files.bnfosFile, '[fos1]\nhost = 10.34.1.20\n')
    if (ha !== null) this.disk.set(haFile, ha)
  }

  async start(t: TestContext): Promise<void> {
    const options = { ...files, version: '0', page, complain: (line: string) => this.lines.push(line) }
    const starting = startDaemon(options, this.#ports())
    if (this.hanging.size > 0 || this.slowLock !== null)
      for (let s = 0; s < 6; s++) await this.clock.advance(1000)
    const daemon = await starting
    if (typeof daemon === 'number') throw new Error(`exit status ${daemon}: ${this.lines.join('\n')}`)
    this.#daemon = daemon
    t.after(async () => {
      const stopped = daemon.stop()
      await this.clock.advance(2000)
      await stopped
    })
    await this.clock.advance(0)
  }

  async reload(): Promise<void> {
    this.daemon.reload()
    await this.clock.advance(0)
  }

  get daemon(): Daemon {
    if (!this.#daemon) throw new Error('the daemon was not started')
    return this.#daemon
  }

  get status(): Status {
    return this.daemon.assembly.status()
  }

  /** Lines since the last call. */
  news(pattern = /./): string[] {
    return this.lines.splice(0).filter(line => pattern.test(line))
  }

  /** Moves the clock on and tells which hosts were probed meanwhile. */
  async probedWithin(ms: number): Promise<string[]> {
    this.probed.length = 0
    await this.clock.advance(ms)
    return [...new Set(this.probed)].sort()
  }

  #ports(): Ports {
    return {
      clock: this.clock,
      boot: this.boot,
      random: () => 0.5,
      load: asked => Promise.resolve(this.#load(asked)),
      openLog: options => {
        this.logOptions = options
        return {
          write: (severity, text) => this.lines.push(lineOf(severity, text)),
          reconfigure: () => {},
          pending: () => 0,
          close: () => Promise.resolve(),
        }
      },
      openNotify: () => silentNotify,
      openDevice: (_device, _timeoutMs, remembered) => {
        this.remembered = remembered
        return this.#device()
      },
      probeKind: check => ({ once: () => Promise.resolve(this.#probe(check.host)) }),
      look: check => () => Promise.resolve(this.#probe(check.host)),
      kick: (host, mac) => {
        this.kicks.push(`${host} ${mac}`)
        return Promise.resolve(this.echoes && this.reachable)
      },
      askMac: host => Promise.resolve(this.macs.get(host) ?? null),
      pings: () => Promise.resolve(this.witnessAnswers),
      run: () => Promise.resolve({ outcome: 'exited', code: 0 }),
      disk: this.#disk(),
      copy: this.copy,
      lock: () => {
        this.lockTries += 1
        return this.slowLock ?? Promise.resolve(this.lock)
      },
      isServed: () => Promise.resolve(false),
      senders: this.senders,
      serveWeb: (address, answer, names) => {
        this.webNames = names
        return this.#web(address, answer)
      },
      serveStatus: (_, handler) => {
        this.questions = handler
        return Promise.resolve({ close: () => Promise.resolve() })
      },
      serve: (_, handler) => {
        this.handler = handler
        return Promise.resolve({ close: () => Promise.resolve() })
      },
    }
  }

  #web(address: Address, answer: PageAt): Promise<WebServer> {
    if (this.webTrouble !== null)
      return Promise.reject(Object.assign(new Error('listen'), { code: this.webTrouble }))
    this.webAt = address
    this.webAnswer = answer
    return Promise.resolve({
      port: address.port,
      close: () => {
        this.webAt = null
        return Promise.resolve()
      },
    })
  }

  #load({ mayIdle = false }: Files): SettingsLoading {
    const bnfos = readBnfos(Buffer.from(this.disk.get(files.bnfosFile) ?? ''))
    const scanned = scanIni(Buffer.from(this.disk.get(files.configFile) ?? ''))
    const idles = mayIdle && !namesMaster(scanned.sections)
    const { settings, problems } = idles
      ? readIdleSettings(files.configFile, scanned.sections, bnfos.devices)
      : readSettings(scanned.sections, bnfos.devices)
    const all = [...scanned.problems, ...problems]
    if (settings === null || all.length > 0) return { ok: false, problems: all.map(({ what }) => what) }
    return { ok: true, settings, warnings: [] }
  }

  #probe(host: string): ProbeResult {
    this.probed.push(host)
    return this.dead.has(host)
      ? { outcome: 'failed', ms: 1000, detail: 'no answer in 1 s' }
      : { outcome: 'answered', ms: 1, detail: '1 ms' }
  }

  #device(): Device {
    return {
      read: async signal => {
        if (this.relayMs > 0) await this.clock.sleep(this.relayMs, signal)
        if (signal?.aborted) return aborted
        if (!this.reachable) return unreachable
        if (!this.readable) return unreadable
        return { ok: true, value: { values: this.#values(), warning: null } }
      },
      write: (keyword, value) => {
        if (!this.reachable) return Promise.resolve(unreachable)
        this.written.push(`${keyword}=${value}`)
        if (keyword === 'mode') this.mode = Number(value)
        return Promise.resolve({ ok: true, value: null })
      },
      close: () => {},
    }
  }

  #values(): Record<string, string> {
    return { mode: String(this.mode), wdog: '0', wdogdef: '0', modedef: '1', scenario: '0' }
  }

  #disk(): Disk {
    const move = (path: string, to: string, text = this.disk.get(path)) => {
      this.disk.delete(path)
      this.disk.set(to, text ?? '')
      return Promise.resolve({ ok: true } as const)
    }
    return {
      exists: async path => {
        this.lookedFor.push(path)
        if (this.hanging.has(path)) return new Promise<boolean>(() => {})
        if (this.diskMs > 0) await this.clock.sleep(this.diskMs)
        return this.disk.has(path)
      },
      read: path => {
        if (this.hanging.has(path)) return new Promise(() => {})
        const text = this.disk.get(path)
        if (typeof text === 'string') return Promise.resolve({ ok: true, text })
        const code = text === null ? 'EACCES' : 'ENOENT'
        return Promise.resolve({ ok: false, code, reason: `can't read ${path}: ${code}` })
      },
      write: (path, text) => {
        const reason = `can't write ${path}: ${this.diskTrouble}`
        if (this.diskTrouble === 'hangs') return new Promise(() => {})
        if (this.diskTrouble !== null) return Promise.resolve({ ok: false, code: this.diskTrouble, reason })
        return move(path, path, text)
      },
      setAside: path => move(path, `${path}.bad`),
    }
  }
}

const aborted = {
  ok: false,
  error: { code: 'aborted', text: 'it was cancelled', answered: false },
} as const

const unreachable = {
  ok: false,
  error: { code: 'unreachable', text: 'fos1 port 80 did not answer within 3 s', answered: false },
} as const

const unreadable = {
  ok: false,
  error: { code: 'garbage', text: 'HTTP 404 for /config.txt', answered: true },
} as const
