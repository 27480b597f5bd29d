import type { Settings } from '../../src/core/settings.ts'
import type { State } from '../../src/core/state.ts'
import type { Status } from '../../src/status/wire.ts'
import type { Fact } from './facts.ts'
import type { World } from './world.ts'

/** What an invariant may look at when it hears of a fact. */
export interface View {
  /** Milliseconds since the beginning of the world. */
  readonly now: number
  readonly world: World
  /** Of the daemon that is up; null: there is none. */
  readonly state: State | null
  readonly settings: Settings | null
  readonly status: () => Status | null
}

/** What must hold after every step; docs/testing.md prints the table. */
export interface Invariant {
  readonly name: string
  readonly sentence: string
  /** Follows one history; says what is wrong, or null. */
  readonly follow: () => (fact: Fact, view: View) => string | null
}

/** One for each world: it shows what is there at the moment. */
export function viewOf(world: World): View {
  const assembly = () => world.life?.daemon?.assembly
  return {
    world,
    get now() {
      return world.timeline.now
    },
    get state() {
      return assembly()?.loop.state ?? null
    },
    get settings() {
      return assembly()?.loop.settings ?? null
    },
    status: () => assembly()?.status() ?? null,
  }
}
