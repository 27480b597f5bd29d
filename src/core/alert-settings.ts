import type { FindingSeverity } from './findings/codes.ts'

export const alertFormats = ['json', 'ntfy', 'alertmanager'] as const
export type AlertFormat = (typeof alertFormats)[number]

/** `[alert]`: who is told of findings. Each way that is set gets every alert. */
export interface AlertSettings {
  /** Shell command line that gets the alert as JSON on stdin; null: none. */
  readonly command: string | null
  /** Where alerts are posted; null: nowhere. May hold a login or a token: never printed beyond its host. */
  readonly url: string | null
  readonly format: AlertFormat
  /** One more header of these requests. Its value is never printed. */
  readonly header: { readonly name: string; readonly value: string } | null
  /** Addresses; empty: no mail. */
  readonly mailTo: readonly string[]
  /** `HOSTNAME` in it stands for this node's own name. */
  readonly mailFrom: string
  readonly smtp: { readonly host: string; readonly port: number }
  /** From this severity on. */
  readonly level: FindingSeverity
  /** While a finding lasts it is told again after so long; 0: never. */
  readonly repeatMs: number
}

/** `[heartbeat]`: a dead man's switch elsewhere, which raises the alarm when nobody pings it. */
export interface HeartbeatSettings {
  /** null: none. Its path is a secret: never printed beyond its host. */
  readonly url: string | null
  readonly style: 'healthchecks' | 'kuma'
  readonly intervalMs: number
}
