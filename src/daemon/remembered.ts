import { salvage } from '../core/salvage.ts'
import type { StoredState } from '../core/stored-state.ts'
import type { KnownMode } from '../relays/relay.ts'

/** What state.json holds. */
export interface Remembered {
  readonly policy: StoredState | null
  readonly relays: Readonly<Record<string, KnownMode>>
  /** Which boot of the machine it was saved in; null: nobody told, or an older version has written the file. */
  readonly boot: string | null
}

/** What a run finds of the one before. */
export interface Recalled extends Remembered {
  /** What of it made no sense, in a few words; null: nothing. */
  readonly lost: string | null
  /** The machine was not booted since it was saved. */
  readonly sameBoot: boolean
}

export const nothingRemembered: Recalled = {
  policy: null,
  relays: {},
  boot: null,
  lost: null,
  sameBoot: false,
}

/** The content of state.json as it is written. */
export function rememberedText(remembered: Remembered): string {
  return `${JSON.stringify(remembered, null, 1)}\n`
}

/** What is in a state.json, part by part; null: nothing that makes sense. */
export function parseRemembered(text: string): Omit<Recalled, 'sameBoot'> | null {
  const value = parseJson(text)
  if (typeof value !== 'object' || value === null || !('policy' in value)) return null
  const relays = 'relays' in value ? parseRelays(value.relays) : null
  const boot = 'boot' in value && typeof value.boot === 'string' ? value.boot : null
  const lostRelays = relays === null ? ['relays'] : []
  if (value.policy === null) return { policy: null, relays: relays ?? {}, boot, lost: lostRelays[0] ?? null }
  const salvaged = salvage(value.policy)
  if (salvaged === null) return null
  const lost = [...salvaged.lost, ...lostRelays].join(', ')
  return { policy: salvaged.stored, relays: relays ?? {}, boot, lost: lost === '' ? null : lost }
}

/**
 * Whether the machine was not booted since that was saved. Where nobody tells the boot's name, an uptime that is
 * shorter than the stored one is of another boot.
 */
export function isSameBoot({ policy, boot }: Remembered, present: string | null, mono: number): boolean {
  if (policy?.savedAt === undefined) return false
  if (boot !== null && present !== null) return boot === present
  return policy.savedAt.mono <= mono
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
