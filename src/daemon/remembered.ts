import { salvage } from '../core/salvage.ts'
import type { StoredState } from '../core/stored-state.ts'
import type { KnownMode } from '../relays/relay.ts'

/** What state.json holds. */
export interface Remembered {
  readonly policy: StoredState | null
  readonly relays: Readonly<Record<string, KnownMode>>
}

/** What a run finds of the one before. */
export interface Recalled extends Remembered {
  /** What of it made no sense, in a few words; null: nothing. */
  readonly lost: string | null
}

export const nothingRemembered: Recalled = { policy: null, relays: {}, lost: null }

/** The content of state.json as it is written. */
export function rememberedText(remembered: Remembered): string {
  return `${JSON.stringify(remembered, null, 1)}\n`
}

/** What is in a state.json, part by part; null: nothing that makes sense. */
export function parseRemembered(text: string): Recalled | null {
  const value = parseJson(text)
  if (typeof value !== 'object' || value === null || !('policy' in value)) return null
  const relays = 'relays' in value ? parseRelays(value.relays) : null
  const lostRelays = relays === null ? ['relays'] : []
  if (value.policy === null) return { policy: null, relays: relays ?? {}, lost: lostRelays[0] ?? null }
  const salvaged = salvage(value.policy)
  if (salvaged === null) return null
  const lost = [...salvaged.lost, ...lostRelays].join(', ')
  return { policy: salvaged.stored, relays: relays ?? {}, lost: lost === '' ? null : lost }
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** null: one of them makes no sense. They are read again soon, so none is worth saving. */
function parseRelays(value: unknown): Remembered['relays'] | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  return Object.values(value).every(isKnownMode) ? (value as Remembered['relays']) : null
}

function isKnownMode(value: unknown): value is KnownMode {
  if (typeof value !== 'object' || value === null) return false
  const { mode, sent } = value as Partial<KnownMode>
  return (mode === 0 || mode === 1) && (sent === 0 || sent === 1 || sent === null)
}
