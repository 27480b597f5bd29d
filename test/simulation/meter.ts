import { modeFor } from '../../src/core/role.ts'
import { worstCaseDetectionMs } from '../../src/core/worst-case.ts'
import { settleWatchdog } from '../../src/simulator/simulated-watchdog.ts'
import type { Fact } from './facts.ts'
import {
  addMeasures,
  justBackMs,
  type MasterIs,
  type Measures,
  masterIs,
  type Needless,
  nothingMeasured,
  type Unwell,
} from './measures.ts'
import { files, type Site } from './site.ts'
import { masterStates } from './virtual-master.ts'
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
  /** The master's end that no failover has answered yet; `calm`: nothing else is amiss. */
  #death: Death | null = null

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
      if (by === 'http' || (by === 'watchdog' && world.site.bypass)) this.#judge(line, world)
      else line.owesWayBack = null
    }
    this.#spend(line, before, now - from)
  }

  #spend({ atMaster }: Line, master: MasterIs, ms: number): void {
    if (!atMaster || master === 'well' || ms === 0) return
    this.#add({ [`${master}Ms`]: ms })
  }

  /** Someone ordered it, and the lines are where they were sent now. */
  #judge(line: Line, world: World): void {
    const well = this.#master === 'well'
    const away = well ? this.#whyAway(line, world) : null
    const why = line.atMaster ? (well ? line.owesWayBack : 'dead') : away
    line.owesWayBack = line.atMaster ? null : why
    const cut = Number(well || line.atMaster)
    this.#add({ cut, ...(why && { needless: { ...nothingMeasured.needless, [why]: 1 } }) })
  }

  #whyAway({ relay }: Line, world: World): Needless {
    // The server in front of a PBX is this node: what it may not reach is the device, which bypasses by itself then.
    if (!world.reaches(world.site.bypass ? relay.name : 'master') || relay.deaf) return 'blind'
    return world.timeline.now - this.#unwellAt < justBackMs ? 'late' : 'plain'
  }

  #followDeath(before: MasterIs, world: World): void {
    const linesLeft = this.#lines.some(({ atMaster }) => atMaster)
    const is = this.#master
    if (is === 'well') this.#death = null
    else if (before !== is) this.#death = linesLeft ? deathOf(is, before, this.#at, world) : null
    if (!this.#death) return
    this.#death.calm &&= nothingElseIsAmiss(world)
    if (linesLeft) return
    if (this.#death.calm) this.#time(this.#death, world)
    this.#death = null
  }

  #time(death: Death, world: World): void {
    const tookMs = this.#at - death.at
    const late = Number(isUndisturbed(death, world) && tookMs > death.printedMs + driveMs)
    this.#add({ leftMs: { ...nothingMeasured.leftMs, [death.is]: [tookMs] }, late })
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

/** The end of a master that is waited to be answered. */
interface Death {
  readonly is: Unwell
  readonly at: number
  /** What the lines of this site are promised to take at most. */
  readonly printedMs: number
  readonly site: Site
  readonly life: number
  /** Nothing else is amiss. */
  calm: boolean
}

function deathOf(is: Unwell, before: MasterIs, at: number, world: World): Death {
  const calm = before === 'well' || !world.site.bypass
  return { is, at, printedMs: printedMs(is, world), site: world.site, life: world.lives, calm }
}

/** A move is saved, written and read back. */
const driveMs = 500

/** What check-config prints for a server in front of a PBX: by the fastest check that sees it, or by watchdog. */
function printedMs(is: Unwell, { site: { checks, bypass }, master }: World): number {
  if (!bypass) return Number.POSITIVE_INFINITY
  if (is === 'off') return (bypass.kickS + bypass.watchdogS) * 1000
  const seeing = checks.filter(
    ({ type, required }) => required && masterStates[master.state][type] !== 'answers',
  )
  // A ping of the simulation waits for the one before, as every other probe does.
  const detections = seeing.map(({ intervalS, timeoutS, fall }) =>
    worstCaseDetectionMs({ type: 'sip', fall, intervalMs: intervalS * 1000, timeoutMs: timeoutS * 1000 }),
  )
  return Math.min(...detections)
}

/** A daemon that was ended or stood still counts from zero. */
function isUndisturbed({ is, at, life, site }: Death, world: World): boolean {
  if (is === 'off') return true
  return site === world.site && life === world.lives && (world.life?.stalledUntil ?? 0) < at
}

/** Beside the master's death. A service that is stopped or was killed is no excuse. */
function nothingElseIsAmiss(world: World): boolean {
  const { master, relays, disk, cutOff, hooks } = world
  const askable = !master.unaskable && master.unaskableShare === 0
  const quiet = master.loss === 0 && askable && cutOff.size === 0
  const own = hooks === 'quick' && disk.fault === 'none' && disk.text(files.bnfosFile) !== null
  const acting = !world.site.secondary || disk.text(files.secondary) !== null
  return quiet && own && acting && relays.every(relay => relay.sound && !relay.deaf)
}
