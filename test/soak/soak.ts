import { Random } from '../helpers/random.ts'
import { calmDown } from './calm.ts'
import { unleash } from './chaos.ts'
import { type Found, judge } from './invariants.ts'
import type { Happening } from './record.ts'
import { facts } from './settings.ts'
import { monoMs, sharedClock } from './shared-clock.ts'
import { Tally } from './tally.ts'
import { collectorGaps } from './views.ts'
import { openWorld, type World } from './world.ts'

interface SoakOptions {
  readonly forMs: number
  readonly seed: number
  /** Ends it early, in good order. */
  readonly ended: AbortSignal
  /** Goes on after a violation. */
  readonly keepGoing: boolean
  /** Each few seconds: which round, and whether it is calm. */
  readonly progress: (tally: Tally, elapsedMs: number, phase: string) => void
  /** Called for each violation, with what was noted around it. */
  readonly violated: (found: Found, happenings: readonly Happening[]) => void
}

export interface SoakResult {
  readonly tally: Tally
  readonly elapsedMs: number
  readonly violations: readonly Found[]
  readonly hasDisk: boolean
}

const roundMs = [18_000, 30_000] as const
const progressEveryMs = 3000
/** What a happening takes at most from where it is to here. */
const arrivalMs = 1000
/** What is kept from before a round, for stories and for what began then. */
const keptMs = 60_000

/** Rounds of chaos and calm for so long. Rejects when the world can't be made. */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  const world = await openWorld(options.seed)
  try {
    return await new Soak(world, options).run()
  } finally {
    await world.close()
  }
}

class Soak {
  private readonly tally = new Tally()
  private readonly random: Random
  private readonly startedAt = monoMs()
  private readonly violations: Found[] = []
  private readonly known = new Set<string>()
  private readonly failed = new AbortController()
  private since = 0
  private phase = 'starts'

  constructor(
    private readonly world: World,
    private readonly options: SoakOptions,
  ) {
    this.random = new Random(options.seed)
  }

  async run(): Promise<SoakResult> {
    const { world, options, tally } = this
    world.record.listen(happening => tally.note(happening))
    const timer = setInterval(() => this.look(), progressEveryMs)
    try {
      await world.daemon.start()
      await world.daemon.status()
      this.since = monoMs()
      const stop = AbortSignal.any([options.ended, this.failed.signal])
      while (!stop.aborted && this.leftMs > 0) await this.round(stop)
    } finally {
      clearInterval(timer)
    }
    return { tally, elapsedMs: this.elapsedMs, violations: this.violations, hasDisk: world.hasDisk }
  }

  private get elapsedMs(): number {
    return monoMs() - this.startedAt
  }

  private get leftMs(): number {
    return this.options.forMs - this.elapsedMs
  }

  private async round(stop: AbortSignal): Promise<void> {
    const { world, random, tally } = this
    tally.rounds += 1
    this.phase = 'chaos'
    const ms = Math.min(random.between(...roundMs), Math.max(this.leftMs, 5000))
    await unleash(world, random, ms, stop, name => tally.noteDeed(name))
    if (stop.aborted) return
    this.phase = 'calm'
    await calmDown(world, random, stop)
    if (stop.aborted) return
    await this.untilTold()
    this.judgeNow(true)
    this.since = monoMs()
    world.record.forgetBefore(this.since - keptMs)
    // The round that follows begins with what is known.
    await world.daemon.status()
  }

  /** Lines may still be on their way: a second chance to be complete, each moment for as long as they may take. */
  private async untilTold(): Promise<void> {
    const { world } = this
    const latest = monoMs() + 4000
    while (monoMs() < latest) {
      await sharedClock.sleep(150)
      await world.collector.read()
      if (judge(this.scene(monoMs()), true).every(({ excuse }) => excuse !== null)) return
    }
  }

  private look(): void {
    // While lines wait for rsyslogd a write has no decision yet that explains it.
    const away = collectorGaps(this.scene(monoMs())).some(({ to }) => to > monoMs() - arrivalMs)
    if (!away) this.judgeNow(false)
    this.options.progress(this.tally, this.elapsedMs, this.phase)
  }

  private scene(now: number) {
    return { happenings: this.world.record.all(), since: this.since, now, facts }
  }

  private judgeNow(atRest: boolean): void {
    const scene = this.scene(atRest ? monoMs() : monoMs() - arrivalMs)
    for (const found of judge(scene, atRest)) {
      const key = `${found.invariant.name} ${found.at} ${found.text}`
      if (this.known.has(key)) continue
      // An excuse may be found later, and lost never: what has none yet is looked at again when all has arrived.
      if (found.excuse !== null && !atRest) continue
      this.known.add(key)
      if (found.excuse === null) this.violate(found, scene.happenings)
      else this.tally.noteExcuse(found.excuse)
    }
  }

  private violate(found: Found, happenings: readonly Happening[]): void {
    this.violations.push(found)
    this.options.violated(found, happenings)
    if (!this.options.keepGoing) this.failed.abort()
  }
}
