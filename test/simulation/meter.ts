import { modeFor } from '../../src/core/role.ts'
import { settleWatchdog } from '../../src/simulator/simulated-device.ts'
import type { Fact } from './facts.ts'
import {
  addMeasures,
  justBackMs,
  type MasterIs,
  type Measures,
  masterIs,
  type Needless,
  nothingMeasured,
} from './measures.ts'
import { files, type Site } from './site.ts'
import type { VirtualRelay } from './virtual-relay.ts'
import type { World } from './world.ts'

/** Follows one history: `look` before each step of the timeline, `hear` with each fact. */
export class Meter {
  #sum = nothingMeasured
  #at = 0
  #master: MasterIs = 'well'
  /** When it was last not well. */
  #unwellAt = Number.NEGATIVE_INFINITY
  #site: Site | null = null
  #lines: Line[] = []
  /** The master's silence that no failover has answered yet; `calm`: nothing else is amiss. */
  #death: { readonly at: number; calm: boolean } | null = null

  get measures(): Measures {
    return this.#sum
  }

  look(world: World): void {
    const { now } = world.timeline
    for (const { relay } of this.#lines) settleWatchdog(relay.device, now)
    const before = this.#master
    this.#master = masterIs(world)
    if (this.#master !== 'well' || before !== 'well') this.#unwellAt = now
    for (const line of this.#lines) this.#follow(line, before, world)
    this.#at = now
    if (this.#site !== world.site) this.#cable(world)
    this.#followDeath(before, world)
  }

  hear(fact: Fact, world: World): void {
    if (fact.is !== 'calm') return
    this.look(world)
    const atMaster = this.#lines.filter(line => line.atMaster).length
    const atSlave = this.#lines.length - atMaster
    const wrong = this.#master === 'well' ? Math.min(atMaster, atSlave) : atMaster
    this.#add({ looked: this.#lines.length, wrong })
  }

  /** The lines of another set of devices from now on. */
  #cable(world: World): void {
    const { site } = world
    this.#site = site
    const known = new Map(this.#lines.map(line => [line.relay.name, line]))
    this.#lines = site.devices.map(({ name, invert }) => {
      const { owesWayBack = null } = known.get(name) ?? {}
      return new Line(world.relay(name), modeFor('master', invert), owesWayBack)
    })
  }

  /** Time first, at the place before each change; then the change. */
  #follow(line: Line, before: MasterIs, world: World): void {
    const { now } = world.timeline
    let from = this.#at
    for (const { mode, atMono, by } of line.takeChanges()) {
      const at = Math.min(Math.max(atMono, from), now)
      this.#spend(line, before, at - from)
      from = at
      line.atMaster = mode === line.masterMode
      if (by === 'http') this.#judge(line, world)
      else line.owesWayBack = null
    }
    this.#spend(line, before, now - from)
  }

  #spend({ atMaster }: Line, master: MasterIs, ms: number): void {
    if (!atMaster || master === 'well' || ms === 0) return
    this.#add(master === 'silent' ? { silentMs: ms } : { deafMs: ms })
  }

  /** Someone ordered it, and the lines are where they were sent now. */
  #judge(line: Line, world: World): void {
    const well = this.#master === 'well'
    const why = line.atMaster ? (well ? line.owesWayBack : 'dead') : well ? this.#whyAway(world) : null
    line.owesWayBack = line.atMaster ? null : why
    const cut = Number(well || line.atMaster)
    this.#add({ cut, ...(why && { needless: { ...nothingMeasured.needless, [why]: 1 } }) })
  }

  #whyAway(world: World): Needless {
    if (!world.reaches('master')) return 'blind'
    return world.timeline.now - this.#unwellAt < justBackMs ? 'late' : 'plain'
  }

  #followDeath(before: MasterIs, world: World): void {
    const linesLeft = this.#lines.some(({ atMaster }) => atMaster)
    if (this.#master !== 'silent') this.#death = null
    else if (before !== 'silent') this.#death = linesLeft ? { at: this.#at, calm: true } : null
    if (!this.#death) return
    this.#death.calm &&= nothingElseIsAmiss(world)
    if (linesLeft) return
    if (this.#death.calm) this.#add({ failoverMs: [this.#at - this.#death.at] })
    this.#death = null
  }

  #add(part: Partial<Measures>): void {
    this.#sum = addMeasures(this.#sum, { ...nothingMeasured, ...part })
  }
}

/** The lines of one relay. */
class Line {
  atMaster: boolean
  #told: number

  constructor(
    readonly relay: VirtualRelay,
    readonly masterMode: 0 | 1,
    /** They were taken off a master that was well: the way back is as needless. */
    public owesWayBack: Needless | null,
  ) {
    this.atMaster = relay.mode === masterMode
    this.#told = relay.device.changes.length
  }

  takeChanges() {
    const { changes } = this.relay.device
    if (changes.length === this.#told) return []
    const fresh = changes.slice(this.#told)
    this.#told = changes.length
    return fresh
  }
}

/** Beside the master's death. A service that is stopped or was killed is no excuse. */
function nothingElseIsAmiss(world: World): boolean {
  const { master, relays, disk, cutOff, hooks } = world
  const quiet = master.loss === 0 && !master.unaskable && cutOff.size === 0
  const own = hooks === 'quick' && disk.fault === 'none' && disk.text(files.bnfosFile) !== null
  const acting = !world.site.secondary || disk.text(files.secondary) !== null
  return quiet && own && acting && relays.every(relay => relay.sound)
}
