import { daemonInvariants } from './daemon-invariants.ts'
import { decisionInvariants } from './decision-invariants.ts'
import { drivingInvariants } from './driving-invariants.ts'
import type { Finding, Invariant } from './finding.ts'
import type { Scene } from './scene.ts'
import { toldInvariant } from './told-invariant.ts'

/** All that has to hold, judged from what devices, master and operators saw. */
export const invariants: readonly Invariant[] = [
  ...drivingInvariants,
  ...decisionInvariants,
  toldInvariant,
  ...daemonInvariants,
]

export interface Found extends Finding {
  readonly invariant: Invariant
}

/** `atRest`: every line has arrived. */
export function judge(scene: Scene, atRest: boolean): Found[] {
  return invariants
    .filter(({ when }) => when === 'always' || atRest)
    .flatMap(invariant => invariant.findings(scene).map(finding => ({ ...finding, invariant })))
    .sort((a, b) => a.at - b.at)
}
