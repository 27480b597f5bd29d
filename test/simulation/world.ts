import type { Fact } from './facts.ts'
import { Life } from './life.ts'
import { type Random, randomOf } from './random.ts'
import { bnfosText, configText, files, type Pace, type Site, witnessHosts } from './site.ts'
import { Timeline } from './timeline.ts'
import { VirtualDisk } from './virtual-disk.ts'
import type { HookManner } from './virtual-hooks.ts'
import type { VirtualMaster } from './virtual-master.ts'
import { VirtualRelay } from './virtual-relay.ts'

/** Whom this node can be cut off from. */
export const parties = [
  'master',
  'fos1',
  'fos2',
  'fos3',
  'fos4',
  'fos5',
  'fos6',
  ...witnessHosts.map(h => `witness ${h}`),
]

/** RestartSec of the unit. */
const restartMs = 500

export interface WorldOptions {
  readonly seed: number
  readonly site: Site
  readonly pace: Pace
  /** The wall clock at the beginning, milliseconds. */
  readonly wall: number
  readonly watch: (fact: Fact, world: World) => void
  /** Acts in place of the daemon, from the first start on. */
  readonly actor?: (world: World) => void
}

/** All that the daemon has to do with, on one timeline. */
export class World {
  readonly timeline = new Timeline()
  readonly disk = new VirtualDisk()
  readonly master: VirtualMaster = { state: 'well', loss: 0, unaskable: false }
  readonly relays: readonly VirtualRelay[]
  readonly random: Readonly<Record<'relays' | 'probes' | 'hooks' | 'daemon', Random>>
  readonly cutOff = new Set<string>()
  hooks: HookManner = 'quick'
  syslogAway = false
  site: Site
  life: Life | null = null
  lives = 0
  /** How often the machine was booted, and when last. */
  boots = 1
  bootedAt = 0
  /** What the service manager was told; a daemon that ends meanwhile is started again. */
  serviceOn = true
  #later: { cancel(): void }[] = []
  readonly #ends: (() => void)[] = []
  #wallOffset: number

  constructor(private readonly options: WorldOptions) {
    const { seed, site, wall } = options
    this.site = site
    this.#wallOffset = wall
    this.random = {
      relays: randomOf(seed, 'relays'),
      probes: randomOf(seed, 'probes'),
      hooks: randomOf(seed, 'hooks'),
      daemon: randomOf(seed, 'daemon'),
    }
    this.relays = [1, 2, 3, 4, 5, 6].map(number => new VirtualRelay(`fos${number}`, this, 1))
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
    this.options.watch(fact, this)
  }

  reaches(party: string): boolean {
    return !this.cutOff.has(party)
  }

  relay(name: string): VirtualRelay {
    return this.relays.find(relay => relay.name === name) as VirtualRelay
  }

  writeFiles(site: Site): void {
    this.site = site
    this.disk.put(files.configFile, configText(site))
    this.disk.put(files.bnfosFile, bnfosText(site))
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

  /** The power goes: whatever ran is gone, and the machine is booted anew. */
  powerCycle(): void {
    this.life?.end('is killed')
    this.boots += 1
    this.disk.copied = null
    this.bootedAt = this.timeline.now
    this.tell({ is: 'booted' })
  }

  /** Someone, or systemd, starts the daemon, unless it runs. */
  boot(): void {
    if (this.life || !this.serviceOn) return
    this.lives += 1
    if (this.options.actor) {
      if (this.lives === 1) this.options.actor(this)
      return
    }
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
