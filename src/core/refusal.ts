import type { Role } from './role.ts'
import { isMasterless, notSecondary, unconfiguredWords } from './secondary.ts'
import type { Settings } from './settings.ts'
import type { State } from './state.ts'

/** Why an operator's order to drive relays can't be taken; null: it can. */
export function refusal(settings: Settings, state: State): string | null {
  if (settings.devices === null) return `berofos is not configured: ${unconfiguredWords(settings).why}`
  if (!state.secondary || isMasterless(settings)) return `${notSecondary(settings)}: it drives no relay`
  return null
}

/** Why `xivo-berofos ROLE` can't re-assert that role; null: it can. */
export function assertRefusal(settings: Settings, state: State, role: Role): string | null {
  const cannot = refusal(settings, state)
  if (cannot) return cannot
  if (state.role !== role)
    return `berofosd runs and its role is ${state.role}: use 'berofosd --force ${role}' to pin the other one`
  if (state.pause) return "berofosd is paused: use 'berofosd resume' first"
  return null
}
