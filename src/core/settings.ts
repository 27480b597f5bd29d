import type { AlertSettings, HeartbeatSettings } from './alert-settings.ts'
import { listText } from './list-text.ts'
import type { Severity } from './role.ts'

/** What the configuration files say, as values. Durations are milliseconds. */
export interface Settings {
  readonly site: SiteSettings
  /** kind = bypass: this very node. */
  readonly master: { readonly host: string }
  readonly checks: readonly CheckSettings[]
  readonly witnesses: readonly string[]
  readonly failback: FailbackSettings
  readonly relays: RelaySettings
  readonly hooks: HookSettings
  readonly alert: AlertSettings
  readonly heartbeat: HeartbeatSettings
  /** Act only while this file exists; null: always. */
  readonly secondaryFile: string | null
  /** Of `[master] host = wazo`; absent: the file names the host. */
  readonly wazo?: WazoSettings
  readonly log: LogSettings
  readonly controlSocket: string
  /** Where every local user may ask for status and history; null: nowhere. */
  readonly statusSocket: string | null
  readonly stateDirectory: string
  readonly http: HttpSettings
  /** The devices of bnfos.conf, in file order; null: there is no such file, or no master is named: phase `unconfigured`. */
  readonly devices: readonly DeviceSettings[] | null
  /** The file that was read at the start and names no master: the daemon idles until it does. Absent: one is named. */
  readonly idleFor?: string
}

/** pair: two servers, and this node is the slave · bypass: this server is in front of a PBX. */
export type SiteSettings = { readonly kind: 'pair' } | BypassSettings
export interface BypassSettings {
  readonly kind: 'bypass'
  /** How often the devices' watchdogs are kicked. */
  readonly kickMs: number
  /** Their interval: a device that was not kicked for so long bypasses by itself. Whole seconds. */
  readonly watchdogMs: number
}

/** The node is one of a Wazo or XiVO pair, and its ha.conf names the master. */
export interface WazoSettings {
  /** What ha.conf said at the latest look. */
  readonly said: HaStatement
  /** The master's address in force; null: there is no master to watch, this node is passive. */
  readonly master: string | null
  /** Names of the checks that ask the master's host. */
  readonly followers: readonly string[]
  /** No [node] secondary_file is written: Wazo's own counts, where there is Wazo's directory. */
  readonly ownSecondaryFile: boolean
}

/** other: it says that this node is no slave · unusable: it says nothing, it may be half written. */
export type HaStatement =
  | { readonly is: 'slave'; readonly file: string; readonly address: string }
  | {
      readonly is: 'other' | 'unusable'
      readonly file: string
      /** A clause that names the file: `/etc/xivo/ha.conf does not exist`. */
      readonly what: string
      readonly cure: string
    }

interface CheckCommon {
  readonly name: string
  /** Whom it asks; empty: no host, as a check by a command. */
  readonly host: string
  /** It asks this very node on purpose. */
  readonly onThisNode?: true
  readonly intervalMs: number
  /** It is probed so often while it is failing or coming back; absent: as ever. */
  readonly fastIntervalMs?: number
  readonly timeoutMs: number
  /** Failures in a row until the check is down. */
  readonly fall: number
  /** Successes in a row until it is up. */
  readonly rise: number
  /** false: watched and shown, never decides. */
  readonly required: boolean
}

/** Probes of one check that may wait for their answers at the same time, which only those of a fast interval do. */
export const mostProbesAtOnce = 16

export interface PingCheck extends CheckCommon {
  readonly type: 'ping'
}
export interface TcpCheck extends CheckCommon {
  readonly type: 'tcp'
  readonly port: number
}
export interface HttpCheck extends CheckCommon {
  readonly type: 'http'
  readonly url: string
  readonly method: string
  /** Inclusive ranges of status codes that mean life. */
  readonly expect: readonly (readonly [number, number])[]
  readonly tlsVerify: boolean
  /** PEM file to trust instead of the system's; null: the system's. */
  readonly ca: string | null
}
export interface SipCheck extends CheckCommon {
  readonly type: 'sip'
  readonly port: number
  readonly transport: 'udp' | 'tcp'
}
/** Exit status 0 of its command means life. */
export interface CommandCheck extends CheckCommon {
  readonly type: 'command'
  /** For `/bin/sh -c`. */
  readonly command: string
}
export type CheckSettings = PingCheck | TcpCheck | HttpCheck | SipCheck | CommandCheck
export type CheckType = CheckSettings['type']

interface CheckTraits<C> {
  /** What tells its question from every other of its type: kept over restarts, by it a check counts as proven. */
  readonly asks: (check: C) => string
  /** What people are shown of that; absent: all of it. */
  readonly shows?: (check: C) => string
  /** It sees that telephony is dead on a host that lives. A bypass site needs such a check, and any site is advised to. */
  readonly seesTelephony: boolean
  /** Its probe is a stream (src/probes/index.ts): none waits for the one before, and the kernel's timer sets the pace. */
  readonly isStream?: true
  /** It runs `command`, a program of the site: that may be dear, may end this process, and may print what is secret. */
  readonly isByCommand?: true
}

/** What the daemon has to know of each type of check. */
export const checkTraits: {
  readonly [T in CheckType]: CheckTraits<Extract<CheckSettings, { readonly type: T }>>
} = {
  ping: { asks: ({ host }) => host, seesTelephony: false, isStream: true },
  tcp: { asks: ({ host, port }) => `${host}:${port}`, seesTelephony: true },
  http: { asks: ({ url }) => url, seesTelephony: true },
  sip: {
    asks: ({ host, port, transport }) => `${host}:${port}/${transport}`,
    shows: ({ host, port }) => `${host}:${port}`,
    seesTelephony: true,
  },
  command: { asks: ({ command }) => command, seesTelephony: true, isByCommand: true },
}

/** The types of the required checks, for a sentence: `ping`. */
export function requiredTypes(checks: readonly Pick<CheckSettings, 'type' | 'required'>[]): string {
  return listText([...new Set(checks.filter(({ required }) => required).map(({ type }) => type))])
}

export function seesTelephony({ type, required }: Pick<CheckSettings, 'type' | 'required'>): boolean {
  return required && checkTraits[type].seesTelephony
}

/** Whether its probes go on by themselves, so that none waits for the one before. */
export function isStream({ type }: Pick<CheckSettings, 'type'>): boolean {
  return checkTraits[type].isStream ?? false
}

/** What it asks, as people are shown it: `10.34.1.10:5060`. */
export function shownTarget(check: CheckSettings): string {
  const { asks, shows = asks } = checkTraits[check.type]
  return shows(check as never)
}

export function isByCommand(check: CheckSettings): check is CommandCheck {
  return checkTraits[check.type].isByCommand ?? false
}

interface FailbackSettings {
  readonly policy: 'auto' | 'window' | 'manual'
  readonly stableForMs: number
  /** Cron expression: when the window opens. */
  readonly window: string
  readonly windowLengthMs: number
  /** Shell command line; null: none. Exit 0: lines may move now. */
  readonly readyCommand: string | null
  /** Then fail back regardless; 0: never. */
  readonly readyDeadlineMs: number
  /** So many failovers within the window hold the failback; 0: no limit. */
  readonly flapLimit: number
  readonly flapWindowMs: number
}

export interface RelaySettings {
  readonly timeoutMs: number
  readonly auditIntervalMs: number
  /** First pause after a failure, doubled up to `retryMaxMs`. */
  readonly retryMs: number
  readonly retryMaxMs: number
}

/** One berofos: bnfos.conf and its [relay.NAME]. */
export interface DeviceSettings {
  readonly name: string
  /** Name or address; null: bnfos.conf has no address for it (only GBL4 reaches it). */
  readonly host: string | null
  readonly mac: string | null
  /** `user:password`, byte for byte as in the file; null: none. Never printed. */
  readonly login: string | null
  readonly port: number
  /** true: the master sits on D. */
  readonly invert: boolean
}

export const hookNames = ['before_slave', 'after_slave', 'before_master', 'after_master'] as const
export type HookName = (typeof hookNames)[number]
export interface HookSettings extends Readonly<Record<HookName, string | null>> {
  readonly timeoutMs: number
}

/** The status page. */
export interface HttpSettings {
  /** Its address; null: off. */
  readonly listen: { readonly host: string; readonly port: number } | null
  /** Names under which it may be asked for besides addresses and this node's own. */
  readonly hosts: readonly string[]
}

export interface LogSettings {
  /** Where lines go: a datagram socket's path, a UDP collector, or stdout only (`none`). */
  readonly syslog: { readonly path: string } | { readonly host: string; readonly port: number } | 'none'
  readonly facility: string
  readonly level: Severity
  /** Cron expression: when to repeat what is not normal. */
  readonly remind: string
}
