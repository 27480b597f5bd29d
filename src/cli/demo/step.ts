import type { Expectation } from './expectations.ts'

/** What is done to begin a step. */
export type Act =
  | { readonly kind: 'start' }
  /** Lines of the virtual site's grammar. */
  | { readonly kind: 'steer'; readonly lines: readonly string[] }
  /** `berofosd ARGS`, as an operator types it. */
  | { readonly kind: 'command'; readonly args: readonly string[] }
  | { readonly kind: 'stop' }
  /** kill -9. */
  | { readonly kind: 'kill' }

export interface Step {
  readonly key: string
  readonly title: string
  readonly act: Act
  /** All at the same time, and still after a while. */
  readonly expect: readonly Expectation[]
  /** From the act until all that is expected is so. */
  readonly deadlineMs: number
}
