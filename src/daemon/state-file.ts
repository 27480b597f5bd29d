import { isIPv4 } from 'node:net'
import type { KnownMode } from '../core/relay/relay-state.ts'
import { salvage } from '../core/salvage.ts'
import type { StoredState } from '../core/stored-state.ts'

/** What state.json holds. */
export interface StateFile {
  readonly policy: StoredState | null
  readonly relays: Readonly<Record<string, KnownMode>>
  /** Which boot of the machine it was saved in; null: nobody told, or an older version has written the file. */
  readonly boot: string | null
  /** Whether this node was the secondary; null: not known. */
  readonly secondary: boolean | null
  /** Where devices that are given by name answered: by host. */
  readonly addresses: Readonly<Record<string, string>>
}

/** Which save it is of: states that follow one another share a lineage, and the later has the higher serial. */
export interface SaveId {
  /** null: an older version has written the file. */
  readonly lineage: string | null
  readonly serial: number
}

/** What a start finds of the run before. */
export interface LoadedState extends StateFile {
  /** What of it made no sense, in a few words; null: nothing. */
  readonly lost: string | null
  /** The machine was not booted since it was saved. */
  readonly sameBoot: boolean
  readonly saveId: SaveId
}

/** A file that was read, before it is known which boot it is of. */
export type ParsedStateFile = Omit<LoadedState, 'sameBoot'>

const noSaveId: SaveId = { lineage: null, serial: 0 }

export const nothingStored: LoadedState = {
  ...{ policy: null, relays: {}, boot: null, secondary: null, addresses: {} },
  ...{ lost: null, sameBoot: false, saveId: noSaveId },
}

/**
 * The content of state.json as it is written. Orders that are pending are stored apart from what was read, since an older
 * version would take a relay that was never read for damage.
 */
export function stateFileText(content: StateFile, saveId: SaveId): string {
  const entries = Object.entries(content.relays)
  const relays = entries.flatMap(([name, { pending: _, mode, ...rest }]) =>
    mode === null ? [] : [[name, { mode, ...rest }] as const],
  )
  const pending = entries.flatMap(([name, known]) =>
    known.pending === undefined ? [] : [[name, known.pending] as const],
  )
  const file = {
    ...content,
    relays: Object.fromEntries(relays),
    ...(pending.length > 0 && { pending: Object.fromEntries(pending) }),
    ...saveId,
  }
  return `${JSON.stringify(file, null, 1)}\n`
}

/** What the disk and the copy in memory have: of one lineage the newer, else the disk's. */
export function newest(disk: ParsedStateFile | null, copy: ParsedStateFile | null): ParsedStateFile | null {
  if (disk === null || copy === null) return disk ?? copy
  const sameLineage = disk.saveId.lineage !== null && disk.saveId.lineage === copy.saveId.lineage
  const ahead = copy.saveId.serial - disk.saveId.serial
  return sameLineage && (ahead > 0 || (ahead === 0 && disk.lost !== null)) ? copy : disk
}

/** What is in a state.json, part by part; null: nothing that makes sense. */
export function parseStateFile(text: string): ParsedStateFile | null {
  const value = parseJson(text)
  if (typeof value !== 'object' || value === null || !('policy' in value)) return null
  const file = value as Readonly<Record<string, unknown>>
  const relays = parseRelays(file.relays)
  const known = {
    relays: withPending(relays ?? {}, file.pending),
    boot: typeof file.boot === 'string' ? file.boot : null,
    secondary: typeof file.secondary === 'boolean' ? file.secondary : null,
    addresses: parseAddresses(file.addresses),
    saveId: parseSaveId(file),
  }
  const lostRelays = relays === null ? ['relays'] : []
  if (file.policy === null) return { policy: null, ...known, lost: lostRelays[0] ?? null }
  const salvaged = salvage(file.policy)
  if (salvaged === null) return null
  const lost = [...salvaged.lost, ...lostRelays].join(', ')
  return { policy: salvaged.stored, ...known, lost: lost === '' ? null : lost }
}

/** The same of the copy in memory. One that is damaged is worth nothing: the disk has the same or the one before. */
export function parseCopy(text: string | null): ParsedStateFile | null {
  const found = text === null ? null : parseStateFile(text)
  return found?.lost === null ? found : null
}

/** What makes no sense among them is passed over; an older version has stored none. */
function parseAddresses(value: unknown): StateFile['addresses'] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {}
  const sound = Object.entries(value).filter(([, address]) => typeof address === 'string' && isIPv4(address))
  return Object.fromEntries(sound)
}

function parseSaveId({ lineage, serial }: Readonly<Record<string, unknown>>): SaveId {
  if (typeof lineage !== 'string' || !Number.isSafeInteger(serial)) return noSaveId
  return { lineage, serial: Number(serial) }
}

/**
 * Whether the machine was not booted since that was saved. Where nobody tells the boot's name, an uptime that is
 * shorter than the stored one is of another boot.
 */
export function isSameBoot(
  { policy, boot }: Pick<StateFile, 'policy' | 'boot'>,
  present: string | null,
  mono: number,
): boolean {
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
function parseRelays(value: unknown): StateFile['relays'] | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  return Object.values(value).every(isKnownMode) ? (value as StateFile['relays']) : null
}

/** `orders`: by the relay's name; what makes no sense among them is passed over, the reading decides then. */
function withPending(relays: StateFile['relays'], orders: unknown): StateFile['relays'] {
  if (typeof orders !== 'object' || orders === null) return relays
  const pending = Object.entries(orders).filter(([, mode]) => mode === 0 || mode === 1)
  const unread = { mode: null, sent: null }
  return {
    ...relays,
    ...Object.fromEntries(
      pending.map(([name, mode]) => [name, { ...(relays[name] ?? unread), pending: mode }]),
    ),
  }
}

function isMark(value: unknown): boolean {
  return value === undefined || typeof value === 'boolean'
}

function isKnownMode(value: unknown): value is KnownMode {
  if (typeof value !== 'object' || value === null) return false
  const { mode, sent, read, strayed } = value as Partial<KnownMode>
  const isSent = sent === 0 || sent === 1 || sent === null
  return (mode === 0 || mode === 1) && isSent && [read, strayed].every(isMark)
}
