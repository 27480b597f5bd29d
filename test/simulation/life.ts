import { page } from '../../src/cli/web/pages.ts'
import { readBnfos } from '../../src/config/bnfos-file.ts'
import { scanIni } from '../../src/config/ini-file.ts'
import type { SettingsLoading } from '../../src/config/load.ts'
import { problemTexts } from '../../src/config/problem.ts'
import { readSettings } from '../../src/config/settings-reading.ts'
import type { Handler } from '../../src/control/server.ts'
import { type Daemon, startDaemon } from '../../src/daemon/daemon.ts'
import type { Ports } from '../../src/daemon/ports.ts'
import type { Clock } from '../../src/system/clock.ts'
import { exitCodes } from '../../src/system/exit-codes.ts'
import { LineSender } from '../../src/system/line-sender.ts'
import type { Log } from '../../src/system/logger.ts'
import { sleepBy } from '../helpers/fake-clock.ts'
import { silentNotify, silentSenders } from '../helpers/silent-senders.ts'
import type { Fact } from './facts.ts'
import { files } from './site.ts'
import type { Owner } from './timeline.ts'
import { copyOf, diskOf } from './virtual-disk.ts'
import { runnerOf } from './virtual-hooks.ts'
import { probeOf } from './virtual-master.ts'
import type { VirtualRelay } from './virtual-relay.ts'
import type { World } from './world.ts'

/** Whoever asks the world: a life of the daemon, or what stands in its place. */
export type Asker = Pick<Life, 'clock' | 'enter' | 'tell' | 'later' | 'end' | 'dead'>

/** What a daemon does to the world once it takes itself for the only one. */
const intrusions: readonly Fact['is'][] = ['up', 'wrote', 'kicked', 'hook', 'saved']

/** One run of the daemon from its start to its end, however that comes. After it nothing of it reaches the world. */
export class Life implements Owner {
  dead = false
  stalledUntil = 0
  /** So many more uses of a port, then kill -9 in the midst of it; null: no. */
  killIn: number | null = null
  handler: Handler | null = null
  daemon: Daemon | null = null
  readonly clock: Clock
  readonly #sender: LineSender<string>

  constructor(
    readonly number: number,
    private readonly world: World,
    /** second: somebody starts it beside the daemon, and it must go again without having done anything. */
    private readonly manner: 'service' | 'second' = 'service',
  ) {
    this.clock = clockOf(world, this)
    this.#sender = new LineSender<string>({
      clock: this.clock,
      capacity: 1000,
      send: text => {
        if (world.syslogAway) return 'ECONNREFUSED'
        this.tell({ is: 'collected', text })
        return 'sent'
      },
      announceLoss: count => `${count} lines were lost`,
    })
  }

  /** Lines that wait for the collector. */
  get pendingLines(): number {
    return this.#sender.pending
  }

  async start(): Promise<void> {
    this.tell({ is: 'born', life: this.number })
    const options = { ...files, version: '0.0.0', page, complain: (text: string) => this.#say('error', text) }
    const daemon = await startDaemon(options, this.#ports())
    if (typeof daemon === 'number') {
      this.end(daemon === exitCodes.badConfiguration ? 'refuses the configuration' : 'could not start')
      return
    }
    this.daemon = daemon
    this.tell({ is: 'up', life: this.number })
    if (this.manner === 'second') this.end('is ended')
  }

  async stop(): Promise<void> {
    await this.daemon?.stop()
    this.end('stopped')
  }

  end(how: string): void {
    if (this.dead) return
    this.tell({ is: 'died', life: this.number, how })
    this.dead = true
    this.world.ended(this, how)
  }

  /** Every use of a port passes here; false: this process is gone. */
  enter(): boolean {
    if (this.dead) return false
    if (this.killIn === null) return true
    this.killIn -= 1
    if (this.killIn > 0) return true
    this.end('is killed')
    return false
  }

  tell(fact: Fact): void {
    if (this.dead) return
    if (this.manner === 'service') this.world.tell(fact)
    else if (this.world.life?.daemon != null && !this.world.isHidden && intrusions.includes(fact.is))
      this.world.tell({ is: 'intruded', who: 'a second daemon', did: fact.is })
  }

  later(ms: number, run: () => void): { cancel(): void } {
    return this.world.timeline.after(ms, run, this)
  }

  #say(severity: 'error', text: string): void {
    this.tell({ is: 'line', severity, text })
  }

  #trace(text: string): void {
    if (text.startsWith('decided: ') && !text.includes('; rules: -;')) this.world.trace?.(text)
  }

  #ports(): Ports {
    const { world } = this
    const later = (ms: number, run: () => void) => {
      if (this.enter()) this.later(ms, run)
    }
    return {
      clock: this.clock,
      boot: `boot ${world.boots}`,
      random: () => world.random.daemon.next(),
      load: () => new Promise(resolve => later(1, () => resolve(load(world)))),
      openLog: () => this.#log(),
      openNotify: () => silentNotify,
      openDevice: ({ name }, timeoutMs) => world.relay(name).open(this, timeoutMs),
      probeKind: () => ({ once: probeOf(world, this) }),
      look: () => probeOf(world, this, 'answered'),
      askMac: host => relayAt(world, host).whoIsThere(this),
      kick: (host, mac, timeoutMs) => relayAt(world, host).kick(this, mac, timeoutMs),
      pings: (host, timeoutMs) =>
        new Promise(resolve => {
          const answers = world.reaches(`witness ${host}`)
          later(answers ? 1 : timeoutMs, () => {
            if (answers) this.tell({ is: 'heard', from: `witness ${host}` })
            resolve(answers)
          })
        }),
      run: runnerOf(world, this),
      disk: diskOf(world.disk, later, is => this.tell({ is })),
      copy: copyOf(
        world.disk,
        () => this.enter(),
        () => this.tell({ is: 'found' }),
      ),
      lock: () => {
        const lock = world.lock(this)
        this.tell({ is: 'unlocked', later: lock.is !== 'impossible' })
        return Promise.resolve(lock)
      },
      isServed: () => Promise.resolve(world.life !== this && world.isServed),
      // No schedule names an address for it.
      senders: silentSenders,
      serveWeb: () => Promise.reject(new Error('no web here')),
      serveStatus: () => Promise.resolve({ close: () => Promise.resolve() }),
      serve: (_, handler) => {
        this.handler = handler
        return Promise.resolve({ close: () => Promise.resolve() })
      },
    }
  }

  #log(): Log {
    return {
      write: (severity, text) => {
        if (severity === 'debug') return this.#trace(text)
        if (!this.enter()) return
        this.tell({ is: 'line', severity, text })
        this.#sender.offer(text)
      },
      reconfigure: () => {},
      pending: () => this.#sender.pending,
      close: () => {
        this.#sender.close()
        return Promise.resolve()
      },
    }
  }
}

/** site.ts gives the devices their addresses. */
function relayAt(world: World, host: string): VirtualRelay {
  return world.relay(`fos${host.slice('192.0.2.10'.length)}`)
}

/** The monotonic clock starts with the machine, and goes on over a restart of the daemon. */
export function clockOf(world: World, life: Owner): Clock {
  const { timeline } = world
  const { bootedAt } = world
  // As setTimeout: whole milliseconds, at least one.
  const after = (ms: number, run: () => void) => timeline.after(Math.max(1, Math.trunc(ms)), run, life)
  return {
    mono: () => timeline.now - bootedAt + 50,
    wall: () => world.wall(),
    after,
    sleep: sleepBy(after),
  }
}

/** As config/load.ts, from the files of the world. */
function load({ disk, trace }: World): SettingsLoading {
  const bnfos = disk.text(files.bnfosFile)
  const read = bnfos === null ? null : readBnfos(Buffer.from(bnfos))
  const scanned = scanIni(Buffer.from(disk.text(files.configFile) ?? ''))
  const { settings, problems } = readSettings(scanned.sections, read?.devices ?? null)
  const all = [
    ...problemTexts(files.configFile, [...scanned.problems, ...problems]),
    ...problemTexts(files.bnfosFile, read?.problems ?? []),
  ]
  if (settings === null || all.length > 0) return { ok: false, problems: all }
  const log = trace ? { ...settings.log, level: 'debug' as const } : settings.log
  return { ok: true, settings: { ...settings, log }, warnings: [] }
}
