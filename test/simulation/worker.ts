import { runSeeds } from './seeds.ts'

// A share of seeds comes in, its sum goes out.
process.on('message', async (seeds: number[]) => process.send?.(await runSeeds(seeds)))
