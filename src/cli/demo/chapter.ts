import type { Measure } from './measures.ts'
import type { SceneOptions } from './scene.ts'
import type { Step } from './step.ts'

/** One site with its story. */
export interface Chapter extends SceneOptions {
  readonly story: readonly Step[]
  readonly measures: readonly Measure[]
  /** How often each relay should have moved in the whole story. */
  readonly expectedMoves: readonly number[]
}
