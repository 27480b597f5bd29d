import { phaseTable, unusedMoment } from './phases.ts'
import type { Role } from './role.ts'
import { isMasterless } from './secondary.ts'
import type { Settings } from './settings.ts'
import type { State } from './state.ts'

/** Why an operator's order to drive relays can't be taken; null: it can. */
export function refusal(settings: Settings, state: State): string | null {
  const { unconfigured, passive } = phaseTable
  const situation = { settings, state, now: unusedMoment }
  const row = [unconfigured, passive].find(({ when }) => when(situation))
  // Where nobody is known to watch this node is passive, too, as soon as it is looked at.
  const refusing = row ?? (isMasterless(settings) ? passive : null)
  return refusing?.refusal?.(settings) ?? null
}

/** Why `xivo-berofos ROLE` can't re-assert that role; null: it can. */
export function assertRefusal(settings: Settings, state: State, role: Role): string | null {
  if (settings.site.kind === 'bypass') return bypassRefusal
  const refused = refusal(settings, state)
  if (refused) return refused
  if (state.role !== role)
    return `berofosd runs and its role is ${state.role}: use 'berofosd --force ${role}' to pin the other one`
  if (state.pause) return "berofosd is paused: use 'berofosd resume' first"
  return null
}

/** xivo-berofos gives lines to one of two servers, and the next kick or its absence would undo what it did here. */
export const bypassRefusal =
  "one server stands in front of a PBX here ([site] kind = bypass): use 'berofosd --force server|pbx'"
