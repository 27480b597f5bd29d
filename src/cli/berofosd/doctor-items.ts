import type { Tone } from '../tones.ts'

/** bad: not as this site needs it · advice: better otherwise · unknown: nobody could tell. Only bad is a failure. */
type ItemVerdict = 'good' | 'bad' | 'advice' | 'unknown'

/** One thing that was looked at: what it is beside what this site needs. */
export interface Item {
  readonly item: string
  readonly is: string
  readonly needs: string
  readonly verdict: ItemVerdict
  /** What corrects it, or what to know about it; null: nothing. */
  readonly cure: string | null
  /** `--fix` writes what is needed. */
  readonly fixable?: true
  /** What writing it may do besides. */
  readonly beware?: string
}

/** What `--fix` did to one setting of a device. */
export interface Change {
  readonly keyword: string
  readonly before: string | null
  readonly wanted: string
  /** Whether it reads so now. */
  readonly done: boolean
  /** One sentence, for people. */
  readonly text: string
  /** Other settings that read differently since, such as `dhcp 1 -> 0`. */
  readonly changedToo: readonly string[]
}

/** All that was found out about one device. */
export interface DeviceReport {
  readonly name: string
  /** `host:port`, or `no host`. */
  readonly address: string
  readonly items: readonly Item[]
  readonly changes: readonly Change[]
}

export const verdictTones: Readonly<Record<ItemVerdict, Tone>> = {
  good: 'good',
  bad: 'bad',
  advice: 'odd',
  unknown: 'quiet',
}

/** The worst of all; good when there are none. */
export function worstOf(items: readonly Item[]): 'good' | 'bad' | 'advice' {
  const order = ['bad', 'advice'] as const
  return order.find(verdict => items.some(item => item.verdict === verdict)) ?? 'good'
}
