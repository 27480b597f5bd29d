import type { Counts } from '../../status/counts.ts'
import type { Status, StatusCheck } from '../../status/status-json.ts'

export type Labels = Readonly<Record<string, string>>

export interface Sample {
  /** Of a histogram, whose samples have names of their own. */
  readonly suffix?: '_bucket' | '_sum' | '_count'
  readonly labels?: Labels
  /** null: not known now, so there is no such line. */
  readonly value: number | boolean | null
}

export interface MetricRow {
  readonly about: string
  /** Default: gauge. */
  readonly type?: 'counter' | 'histogram'
  readonly samples: (status: Status, counts: Counts) => readonly Sample[]
}

export function checkLabels({ name, type, required }: StatusCheck): Labels {
  return { check: name, type, required: required ? 'yes' : 'no' }
}
