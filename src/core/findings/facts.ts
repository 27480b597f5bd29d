import type { RelayState } from '../relay/relay-state.ts'
import type { DeviceSettings } from '../settings.ts'
import type { Situation } from '../situation.ts'
import type { FindingCode } from './codes.ts'

/** Everything from which findings are made. */
export interface Facts extends Situation {
  readonly relays: readonly RelayFacts[]
  readonly node: NodeFacts
}

export interface RelayFacts {
  readonly settings: DeviceSettings
  readonly state: RelayState
  /** Settings of the device that high availability does not want, a sentence each. */
  readonly warnings: readonly string[]
  /** Which other device answers in its place, goes on after its name; null: none that is known. */
  readonly stranger: string | null
  /** kind = bypass: for how long it was kicked without an echo, in ms; null, absent: it echoes. */
  readonly unechoedMs?: number | null
}

/** Codes whose facts are neither in the state nor in a relay: a part of the daemon reports them (daemon/node-findings.ts). */
export const nodeCodes = [
  'state-unsaved',
  'files-invalid',
  'decision-failed',
  'log-lost',
  'alert-undelivered',
  'other-program',
  'master-stood-still',
] as const satisfies readonly FindingCode[]
export type NodeCode = (typeof nodeCodes)[number]

/** What is reported now: code → subject → detail, a clause that findings/site.ts makes a sentence of. */
export type NodeFacts = Readonly<Partial<Record<NodeCode, Readonly<Record<string, string>>>>>

/** One thing that a code was found for. */
export interface Observation {
  /** What it was found at, such as a relay's or a check's name: the same while it lasts; '' where there is only one. */
  readonly subject: string
  /** One plain sentence, with the cure. */
  readonly text: string
  /** What is said of it once it is over: no cure, and no forecast. Absent: the text. */
  readonly over?: string
  /** Where it is known since when; else it counts from the first look that found it. Milliseconds, wall clock. */
  readonly sinceWall?: number
}

/** What of one code is to be found now. */
export type Observer = (facts: Facts) => readonly Observation[]

/** The observation when it holds, else nothing. */
export function when(holds: boolean, observation: () => Observation): readonly Observation[] {
  return holds ? [observation()] : []
}
