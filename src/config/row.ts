import type { Kind } from './value-kinds.ts'

/** One key of berofosd.conf. Parsing, the reference and the tests read the same rows. */
export interface Row<T = unknown> {
  readonly kind: Kind<T>
  /** As one would write it; null: the key must be there. */
  readonly fallback: string | null
  /** One sentence without a full stop. */
  readonly about: string
  /** What is expected where a key without a default is missing; default: the kind's form. */
  readonly expected?: string
}

export type Rows = Readonly<Record<string, Row>>
export type Values<R extends Rows> = { [K in keyof R]: R[K] extends Row<infer T> ? T : never }

export function row<T>(kind: Kind<T>, fallback: string | null, about: string, expected?: string): Row<T> {
  return { kind, fallback, about, ...(expected === undefined ? {} : { expected }) }
}
