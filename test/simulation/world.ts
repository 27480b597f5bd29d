import type { Locking } from '../../src/system/directory-lock.ts'
import { Random } from '../helpers/random.ts'
import type { Fact } from './facts.ts'
import { Life } from './life.ts'
import {
  bnfosText,
  configText,
  deviceNames,
  files,
  macOf,
  type Pace,
  type Site,
  witnessHosts,
} from './site.ts'
import { Timeline } from './timeline.ts'
import { VirtualDisk } from './virtual-disk.ts'
import type { HookManner } from './virtual-hooks.ts'
import type { VirtualMaster } from './virtual-master.ts'
import { VirtualRelay } from './virtual-relay.ts'

/** Whom this node can be cut off from. */
export const parties = ['master', ...deviceNames, ...witnessHosts.map(h => `witness ${h}`)]

/** RestartSec of the unit. */
const restartMs = 500

/** A process that may lock the state directory; its end unlocks it. */
interface Locker {
  readonly dead: boolean
}

export interface WorldOptions {
  readonly seed: number
  readonly site: Site
  readonly pace: Pace
  /** The wall clock at the beginning, milliseconds. */
  readonly wall: number
  readonly watch: (fact: Fact, world: World) => void
  /** Hears each decision in which a rule fired, as the debug log tells it. */
  readonly trace?: (text: string) => void
  /** Acts in place of the daemon, from the first start on. */
  readonly actor?: (world: World) => void
}

/** All that the daemon has to do with, on one timeline. */
export class World {
  readonly timeline = new Timeline()
  readonly disk = new VirtualDisk()
  readonly master: VirtualMaster = { state: 'well', loss: 0, unaskable: false, unaskableShare: 0 }
  readonly relays: readonly VirtualRelay[]
  readonly random: Readonly<Record<'relays' | 'probes' | 'hooks' | 'daemon', Random>>
  readonly cutOff = new Set<string>()
  /** Devices that are unplugged from the network, and which device is at the address of which since. */
  readonly away = new Set<string>()
  readonly exchanged = new Map<string, string>()
  /** The file of the control socket is gone: nobody reaches the daemon by it. */
  socketLost = false
  hooks: HookManner = 'quick'
  /** ready_command kills the daemon, whatever the hooks do. */
  readyIsDeadly = false
  syslogAway = false
  site: Site
  life: Life | null = null
  lives = 0
  /** How often the machine was booted, and when last. */
  boots = 1
  bootedAt = 0
  /** When a pause or an override last came to its end by itself; null: never yet. */
  orderEndedAt: number | null = null
  /** What the service manager was told; a daemon that ends meanwhile is started again. */
  serviceOn = true
  /** The server itself is without power, or not yet booted. */
  off = false
  #later: { cancel(): void }[] = []
  /** Who has the state directory to himself. */
  #locker: Locker | null = null
  #second: Life | null = null
  readonly #ends: (() => void)[] = []
  #wallOffset: number

  constructor(private readonly options: WorldOptions) {
    const { seed, site, wall } = options
    this.site = site
    this.#wallOffset = wall
    this.random = {
      relays: new Random(`${seed}/relays`),
      probes: new Random(`${seed}/probes`),
      hooks: new Random(`${seed}/hooks`),
      daemon: new Random(`${seed}/daemon`),
    }
    this.relays = deviceNames.map(name => new VirtualRelay(name, this, 1, site.bypass))
    this.writeFiles(site)
  }

  wall(): number {
    return this.timeline.now + this.#wallOffset
  }

  stepWall(ms: number): void {
    this.#wallOffset += ms
    this.tell({ is: 'stepped', ms })
  }

  tell(fact: Fact): void {
    if (fact.is === 'line' && /^(override|paused): its time is over/.test(fact.text))
      this.orderEndedAt = this.timeline.now
    this.options.watch(fact, this)
  }

  reaches(party: string): boolean {
    return !this.cutOff.has(party) && !this.away.has(party)
  }

  relay(name: string): VirtualRelay {
    return this.relays.find(relay => relay.name === name) as VirtualRelay
  }

  writeFiles(site: Site): void {
    this.site = site
    this.disk.put(files.configFile, configText(site))
    this.disk.put(files.bnfosFile, bnfosText(site))
  }

  get trace(): WorldOptions['trace'] {
    return this.options.trace
  }

  get pace(): Pace {
    return this.options.pace
  }

  /** Does it later, at the pace of this world, unless everything is put right before. */
  later(ms: number, run: () => void): void {
    this.#later.push(this.timeline.after(ms * this.pace, run))
  }

  /** What would outlive this world is let go of at its end. */
  atEnd(clear: () => void): void {
    this.#ends.push(clear)
  }

  close(): void {
    for (const clear of this.#ends.splice(0)) clear()
  }

  forgetLater(): void {
    for (const timer of this.#later.splice(0)) timer.cancel()
  }

  /** Whose device is at the address of this one, and what it says over GBL4. */
  deviceAt(name: string): string {
    return this.exchanged.get(name) ?? name
  }

  macAt(name: string): string {
    return macOf(this.deviceAt(name))
  }

  /** As flock(2) on the state directory. */
  lock(asker: Locker): Locking {
    const { fault } = this.disk
    if (fault === 'unlockable' || fault === 'broken') return { is: 'impossible', why: 'ENOLCK' }
    if (this.#locker !== null && this.#locker !== asker && !this.#locker.dead) return { is: 'taken' }
    this.#locker = asker
    const release = () => {
      if (this.#locker === asker) this.#locker = null
      return Promise.resolve()
    }
    return { is: 'held', release }
  }

  /** Whether somebody answers on the control socket. */
  get isServed(): boolean {
    return this.life?.handler != null && !this.socketLost
  }

  /** With neither lock nor socket anybody can only take himself for the only one: the daemon says so. */
  get isHidden(): boolean {
    const { fault } = this.disk
    return this.socketLost && (fault === 'unlockable' || fault === 'broken')
  }

  /** Somebody starts another daemon beside the one that runs. */
  startSecond(): void {
    if (this.life?.daemon == null || this.isHidden) return
    this.#second = new Life(this.lives, this, 'second')
    void this.#second.start()
  }

  /** The power goes: whatever ran is gone, and the machine is booted anew. */
  powerCycle(): void {
    this.life?.end('is killed')
    this.#second?.end('is killed')
    this.boots += 1
    this.disk.copied = null
    this.disk.noted = null
    this.bootedAt = this.timeline.now
    this.tell({ is: 'booted' })
  }

  /** The power goes and does not return by itself. */
  powerOff(): void {
    this.off = true
    this.powerCycle()
    this.master.state = 'refusing'
  }

  /** The machine is up again. */
  powerOn(): void {
    this.off = false
    this.bootedAt = this.timeline.now
    this.boot()
  }

  /** Someone, or systemd, starts the daemon, unless it runs. */
  boot(): void {
    if (this.life || !this.serviceOn || this.off) return
    this.lives += 1
    if (this.options.actor) {
      if (this.lives === 1) this.options.actor(this)
      return
    }
    // A daemon that starts serves a socket of its own.
    this.socketLost = false
    this.life = new Life(this.lives, this)
    void this.life.start()
  }

  ended(life: Life, how: string): void {
    if (this.life !== life) return
    this.life = null
    // RestartPreventExitStatus=78
    if (how !== 'refuses the configuration') this.timeline.after(restartMs, () => this.boot())
  }
}
