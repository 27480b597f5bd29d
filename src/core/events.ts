import type { ProbeResult, Role } from './role.ts'
import type { HookName, Settings } from './settings.ts'
import type { StoredState } from './stored-state.ts'

/** What became of the relays of a move. */
export interface MoveTally {
  readonly total: number
  /** Names of those that were not read back at the role. */
  readonly open: readonly string[]
  /** From telling the relays until the last that is there was read back; with none there, for so long they were tried. */
  readonly tookMs: number
}

/** `by`: the login name of who gave the order; null, absent: it is not known. */
interface Ordered {
  readonly by?: string | null
}

/** Everything that can happen, with its payload. */
export interface EventPayloads {
  /**
   * The daemon came up; `stored` is what the last run left, null: nothing usable. `lost`: what of it made no sense,
   * as in `Loss`; absent: nothing was lost. `sameBoot`: the machine was not booted since it was stored.
   */
  started: {
    readonly stored: StoredState | null
    readonly secondary: boolean
    readonly lost?: string
    readonly sameBoot?: boolean
  }
  /**
   * The files were read again: `settings` apply from this event on, and checks named in `changed` start from zero.
   * `secondary`, `windowForMs`: as in the events that report these alone.
   */
  reloaded: {
    readonly settings: Settings
    readonly changed: readonly string[]
    readonly secondary: boolean
    readonly windowForMs: number
  }
  /** A health check has a result. */
  probed: { readonly check: string; readonly result: ProbeResult }
  /**
   * An isolation check ended: the first relay or witness that answered, null: none did. `silentMs`: for how long nobody
   * had answered before, beforehand included; absent: for no time.
   */
  isolationChecked: {
    readonly question: number
    readonly answering: string | null
    readonly silentMs?: number
  }
  /**
   * Every relay was asked once after a start; the role that most of them read, null: none could be read. `agreed`: the
   * role that every relay that answers reads, when those are at least half and each is who it should be; null, absent:
   * there is none.
   */
  roleDiscovered: { readonly role: Role | null; readonly agreed?: Role | null }
  /** One whole request that orders this move has left, or a relay was found where it leads: lines may have moved. */
  moveBegun: { readonly move: number }
  /** Since the bank was told of this move every relay was read back (`all`), or has failed a first try. */
  relaysTried: {
    readonly move: number
    readonly all: boolean
    /** How far the relays are; absent: nobody counts them. */
    readonly tally?: MoveTally
  }
  hookEnded: { readonly move: number; readonly hook: HookName; readonly ok: boolean; readonly detail: string }
  /** ready_command has spoken. */
  readyAnswered: { readonly question: number; readonly ready: boolean; readonly detail: string }
  /** For how long the failback window is open from now on, at a start and when it opens; `forMs` 0: it is closed. */
  windowChecked: { readonly forMs: number }
  /** Why the state can't be saved, from now on; null: it is saved. */
  saving: { readonly problem: string | null }
  /**
   * kind = bypass: a device was read as bypassed, which nobody ordered; at each reading. `trips`: its watchdog says so
   * itself. `unheard`: it was kicked without an answer, and could be read meanwhile; absent: no. `soundAt`: when the
   * latest reading began that showed its lines at the server; null, absent: there was none in this run.
   */
  tripped: {
    readonly relay: string
    readonly trips: boolean
    readonly unheard?: boolean
    readonly soundAt?: number | null
  }
  /** A device that had heard no kick answers over UDP. */
  answersUdp: { readonly relay: string }
  secondaryChanged: { readonly present: boolean }
  /** `--force`; `forMs` null: until ended. */
  forced: { readonly role: Role | 'auto'; readonly forMs: number | null; readonly reason: string } & Ordered
  pausedByOperator: { readonly forMs: number | null; readonly reason: string } & Ordered
  resumed: Ordered
  /** The calendar asks to repeat what is not normal. */
  reminded: object
  /** The moment that `wakeAt` asked for has come. */
  woken: object
}

export type EventKind = keyof EventPayloads
export type Event = { [K in EventKind]: { readonly kind: K } & EventPayloads[K] }[EventKind]
