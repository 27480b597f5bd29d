import type { PlanKind } from './plan.ts'
import { runSeeds } from './seeds.ts'

interface Share {
  readonly seeds: readonly number[]
  readonly kind: PlanKind
}

// A share of seeds comes in, its sum goes out.
process.on('message', async ({ seeds, kind }: Share) => process.send?.(await runSeeds(seeds, kind)))
