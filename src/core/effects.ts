import type { Role, Severity } from './role.ts'
import type { HookName } from './settings.ts'

/** Everything the core may ask for. An effect without a runner does not compile (daemon/effect-runners.ts). */
export interface EffectArguments {
  /** One line for the log. */
  log: {
    readonly severity: Severity
    readonly text: string
    /** It comes after the lines that relays have said so far, which may wait for the state to be kept. */
    readonly afterRelays?: true
  }
  /** A decision worth remembering. */
  record: {
    readonly what: Decided
    readonly from: Role
    readonly to: Role
    readonly reason: string
    /** Who gave the order; absent: nobody did, or it is not known. */
    readonly by?: string
  }
  /** What must survive a restart has changed. */
  save: object
  /** Ask every relay and witness; answer with `isolationChecked`. */
  checkIsolation: { readonly question: number }
  /** Read every relay once; answer with `roleDiscovered`. */
  discoverRole: object
  /** Keep every relay at the role's mode; when `move` is a number, answer with `relaysTried`. */
  enforce: { readonly role: Role; readonly move: number | null }
  /** Read the relays, drive none. */
  observe: object
  /** End the hook that runs, if one does: its move is past. */
  endHook: object
  /** Answer with `hookEnded`. */
  runHook: { readonly hook: HookName; readonly move: number } & HookEnvironment
  /** Run ready_command; answer with `readyAnswered`. */
  askReady: { readonly question: number }
  /** Repeat what is wrong with relays. */
  remindRelays: object
}

/** What the history keeps. */
export type Decided =
  | 'failover'
  | 'failback'
  | 'forced'
  | 'called-off'
  | 'adopted'
  | 'override'
  | 'pause'
  | 'resume'

export interface HookEnvironment {
  readonly event: string
  readonly from: Role
  readonly to: Role
  readonly reason: string
}

export type EffectKind = keyof EffectArguments
export type Effect = { [K in EffectKind]: { readonly kind: K } & EffectArguments[K] }[EffectKind]
