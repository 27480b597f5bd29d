/** How a virtual berofos answers one request; what is left out stays as it is with a sound device. */
export interface AnswerPlan {
  /** false: nothing listens, connections are refused. */
  readonly listening: boolean
  /** false: the request is read and never answered. */
  readonly answers: boolean
  readonly delayMs: number
  /** Between one byte and the next; 0: all at once. */
  readonly byteEveryMs: number
  /** The connection is reset instead of an answer. */
  readonly reset: boolean
  /** Sent as it stands instead of a reply; null: a proper reply. */
  readonly raw: string | null
  /** The status of every reply; null: what the request deserves. */
  readonly status: number | null
  /** What becomes of readings alone, while writes work: as ever, 404, or never an answer. */
  readonly reads: 'work' | 'missing' | 'hang'
  /** When a write takes effect after its 2xx; Infinity: never. */
  readonly effectAfterMs: number
  /** So long after the answer to a write nothing listens. */
  readonly awayAfterWriteMs: number
}

const soundPlan: AnswerPlan = {
  listening: true,
  answers: true,
  delayMs: 0,
  byteEveryMs: 0,
  reset: false,
  raw: null,
  status: null,
  reads: 'work',
  effectAfterMs: 0,
  awayAfterWriteMs: 0,
}

interface SteeringRow {
  /** One line for people. */
  readonly about: string
  /** Other words for it. */
  readonly aliases?: readonly string[]
  /** What may follow the name; without it nothing may. */
  readonly argument?: { readonly unit: 'ms' | 'mode'; readonly fallback: number | null }
}

interface FaultRow extends SteeringRow {
  /** What is different from a sound device; `ms` is the argument. */
  readonly plan: (ms: number) => Partial<AnswerPlan>
}

/** States a device stays in until told otherwise. */
export const faultRows = {
  none: { about: 'answers as it should', aliases: ['ok', 'sound'], plan: () => ({}) },
  unreachable: { about: 'refuses connections', aliases: ['off'], plan: () => ({ listening: false }) },
  hang: {
    about: 'takes the connection, never answers',
    aliases: ['blackhole'],
    plan: () => ({ answers: false }),
  },
  slow: { about: 'answers late', argument: inMs(500), plan: delayMs => ({ delayMs }) },
  drip: { about: 'a byte now and then', argument: inMs(50), plan: byteEveryMs => ({ byteEveryMs }) },
  reset: { about: 'resets every connection', plan: () => ({ reset: true }) },
  garbage: {
    about: 'answers what is not HTTP',
    plan: () => ({ raw: '\x00\xff\x13\x37 no such thing\r\n\r\n' }),
  },
  unauthorized: { about: 'answers 401, whatever the login', aliases: ['401'], plan: () => ({ status: 401 }) },
  error500: { about: 'answers 500', aliases: ['500'], plan: () => ({ status: 500 }) },
  noread: { about: 'has no page: readings get 404, writes work', plan: () => ({ reads: 'missing' }) },
  readhang: { about: 'never answers a reading, writes work', plan: () => ({ reads: 'hang' }) },
  ignore: {
    about: 'says yes to a write, does nothing',
    plan: () => ({ effectAfterMs: Number.POSITIVE_INFINITY }),
  },
  late: {
    about: 'says yes to a write, does it later',
    argument: inMs(500),
    plan: effectAfterMs => ({ effectAfterMs }),
  },
  away: {
    about: 'refuses connections for a while after each write',
    argument: inMs(2000),
    plan: awayAfterWriteMs => ({ awayAfterWriteMs }),
  },
} as const satisfies Record<string, FaultRow>
export type FaultName = keyof typeof faultRows

/** Things that happen once. */
export const actionRows = {
  unplug: { about: 'loses its power: joins A and D, answers nothing' },
  plug: { about: 'has power again: boots into modedef', argument: inMs(2000) },
  reboot: { about: 'restarts into modedef, unreachable meanwhile', argument: inMs(2000) },
  hand: { about: 'someone switches it to mode 0 or 1', argument: { unit: 'mode', fallback: null } },
} as const satisfies Record<string, SteeringRow>
type ActionName = keyof typeof actionRows

/** What a device is told: a fault to have from now on, or something that happens to it now. */
export type Steering =
  | { readonly kind: 'fault'; readonly name: FaultName; readonly ms: number }
  | { readonly kind: 'action'; readonly name: ActionName; readonly value: number }

type ParsedSteering =
  | { readonly ok: true; readonly steering: Steering }
  | { readonly ok: false; readonly error: string }

/** How a device with this fault answers; `baseDelayMs` is what it takes when sound. */
export function answerPlan(name: FaultName, ms: number, baseDelayMs: number): AnswerPlan {
  const plan = { ...soundPlan, ...faultRows[name].plan(ms) }
  return { ...plan, delayMs: plan.delayMs + baseDelayMs }
}

/**
 * Understands `hang`, `slow 500ms`, `late 2s`, `reboot`, `hand 0`: what follows the device's number. `others` are
 * words that someone else understands, for the error.
 */
export function parseFault(words: readonly string[], others: readonly string[] = []): ParsedSteering {
  const [word = '', argument, ...more] = words
  const fault = rowNamed(faultRows, word)
  const action = rowNamed(actionRows, word)
  const found = fault ?? action
  if (!found) return { ok: false, error: `"${word}" is none of ${[...names(), ...others].join(', ')}` }
  const value = argumentOf(found.row, argument)
  if (value === null || more.length > 0)
    return { ok: false, error: `${found.name} is followed by ${wanted(found.row)}` }
  return {
    ok: true,
    steering: fault
      ? { kind: 'fault', name: fault.name, ms: value }
      : { kind: 'action', name: found.name as ActionName, value },
  }
}

/** One line a row, for help: `slow [500ms]  answers late`. */
export function describeFaults(): string[] {
  const rows: [string, SteeringRow][] = Object.entries({ ...faultRows, ...actionRows })
  return rows.map(([name, row]) => `${[name, ...usage(row)].join(' ').padEnd(18)} ${row.about}`)
}

function inMs(fallback: number) {
  return { unit: 'ms', fallback } as const
}

function names(): string[] {
  return [...Object.keys(faultRows), ...Object.keys(actionRows)]
}

function usage(row: SteeringRow): string[] {
  if (!row.argument) return []
  return [row.argument.unit === 'mode' ? '0|1' : `[${row.argument.fallback}ms]`]
}

function wanted(row: SteeringRow): string {
  if (!row.argument) return 'nothing'
  return row.argument.unit === 'mode' ? 'a mode: 0 or 1' : 'a time, such as 500ms or 2s, or by nothing'
}

function rowNamed<N extends string>(rows: Record<N, SteeringRow>, word: string) {
  const name = word.toLowerCase()
  const entries = Object.entries(rows) as [N, SteeringRow][]
  const found = entries.find(([key, row]) => key === name || row.aliases?.includes(name))
  return found && { name: found[0], row: found[1] }
}

/** null: not what the row takes. */
function argumentOf(row: SteeringRow, typed: string | undefined): number | null {
  if (!row.argument) return typed === undefined ? 0 : null
  if (typed === undefined) return row.argument.fallback
  if (row.argument.unit === 'mode') return /^[01]$/.test(typed) ? Number(typed) : null
  const [, digits, unit] = /^(\d{1,7})(ms|s)?$/.exec(typed) ?? []
  return digits === undefined ? null : Number(digits) * (unit === 's' ? 1000 : 1)
}
