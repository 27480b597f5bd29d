import type { InvariantName } from '../helpers/invariant-table.ts'
import type { Scene } from './scene.ts'

/** Something that an invariant does not allow; with an excuse it is counted and not held against anybody. */
export interface Finding {
  readonly at: number
  readonly text: string
  readonly excuse: string | null
}

/** One thing that always has to be so. */
export interface Invariant {
  readonly name: InvariantName
  /** `calm`: asked only when the world has come to rest, since it needs every line to have arrived. */
  readonly when: 'always' | 'calm'
  readonly findings: (scene: Scene) => readonly Finding[]
}

export function violation(at: number, text: string, excuse: string | null = null): Finding {
  return { at, text, excuse }
}
