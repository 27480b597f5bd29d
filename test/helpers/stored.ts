import { salvage } from '../../src/core/salvage.ts'
import type { StoredState } from '../../src/core/stored-state.ts'

/** A stored state of which nothing is lost; null: a part of it makes no sense. */
export function parseStored(value: unknown): StoredState | null {
  const salvaged = salvage(value)
  return salvaged !== null && salvaged.lost.length === 0 ? salvaged.stored : null
}
