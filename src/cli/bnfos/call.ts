import type { Gbl4Options } from '../../berofos/gbl4/reply.ts'
import type { Clock } from '../../system/clock.ts'
import type { Output } from '../output.ts'
import type { OptionValues } from './options.ts'
import type { Voice } from './voice.ts'

/** One call of bnfos, and all that its modes work with. */
export interface Call {
  /** What follows the mode: FILE, KEY or KEY=VALUE; empty: nothing does. */
  readonly argument: string
  readonly values: OptionValues
  /** Listings. */
  readonly output: Output
  /** Results and messages. */
  readonly voice: Voice
  readonly clock: Clock
  /** Aborted when a signal asks to end, or nobody reads any more. */
  readonly stop: AbortSignal
  /** The configuration file. */
  readonly file: string
  /** berofosd.conf, which tells where a daemon of this host is found. */
  readonly daemonConfig: string
  /** Where devices listen for datagrams; null: where they all do. */
  readonly gbl4Port: number | null
}

/** Whether it worked; it has said what was to be said. */
export type Run = (call: Call) => Promise<boolean>

/** What every call of GBL4 takes. */
export function gbl4Options({ clock, stop, values, gbl4Port }: Call): Gbl4Options & { signal: AbortSignal } {
  return {
    clock,
    signal: stop,
    ...(values.timeoutMs === null ? {} : { timeoutMs: values.timeoutMs }),
    ...(gbl4Port === null ? {} : { port: gbl4Port }),
  }
}
