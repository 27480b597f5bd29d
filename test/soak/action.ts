import type { Random } from '../helpers/random.ts'
import type { World } from './world.ts'

/** What an action works with. */
export interface Stage {
  readonly world: World
  readonly random: Random
  /** The parts of the world that are this action's until it ends. */
  readonly parts: readonly string[]
  /** Resolves after so long, or at once when the calm begins. */
  linger(lowMs: number, highMs: number): Promise<void>
  /** Aborts when the calm begins. */
  readonly calm: AbortSignal
}

/** Something that happens to the world. It undoes itself before it ends. */
export interface Action {
  /** As the table at the end counts it. */
  readonly name: string
  /** How often, beside the others. */
  readonly weight: number
  /** Parts that nothing else touches meanwhile; `relay`: any one of them. */
  readonly parts: readonly Part[]
  /** false: this machine can't. */
  readonly possible?: (world: World) => boolean
  readonly run: (stage: Stage) => Promise<void>
}
export const partNames = ['master', 'daemon', 'collector', 'disk', 'files', 'operator', 'hooks'] as const
export type Part = (typeof partNames)[number] | 'relay' | 'relays'
