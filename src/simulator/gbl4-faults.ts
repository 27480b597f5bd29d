/** What is wrong with the datagrams of a virtual berofos. */
export interface Gbl4Faults {
  /** Each so-many-th datagram, counted in each direction by itself, is lost, doubled or damaged; 0: none. */
  lose: number
  duplicate: number
  damage: number
  /** Before an answer. */
  delayMs: number
  /** Out of flash mode a change is refused with an error code; true: with silence. */
  mute: boolean
}

export const soundGbl4: Readonly<Gbl4Faults> = { lose: 0, duplicate: 0, damage: 0, delayMs: 0, mute: false }

/** What may follow a word. */
interface ArgumentKind {
  readonly usage: string
  /** Completes `lose is followed by …`. */
  readonly wanted: string
  /** null: not that. */
  readonly read: (typed: string) => number | null
}

const every: ArgumentKind = {
  usage: 'N',
  wanted: 'a number: each so-many-th one, 0 for none',
  read: typed => (/^\d{1,6}$/.test(typed) ? Number(typed) : null),
}
const time: ArgumentKind = {
  usage: 'TIME',
  wanted: 'a time, such as 50ms or 1s',
  read: typed => {
    const [, digits, unit] = /^(\d{1,6})(ms|s)?$/.exec(typed) ?? []
    return digits === undefined ? null : Number(digits) * (unit === 's' ? 1000 : 1)
  },
}
const onOff: ArgumentKind = {
  usage: 'on|off',
  wanted: 'on or off',
  read: typed => (typed === 'on' ? 1 : typed === 'off' ? 0 : null),
}

interface Gbl4Row {
  /** One line for people. */
  readonly about: string
  readonly argument: ArgumentKind
  readonly apply: (at: { flashMode: boolean; readonly faults: Gbl4Faults }, value: number) => void
  /** What `show` says of it; empty: nothing to say. */
  readonly show: (faults: Gbl4Faults) => string
}

/** All that can be said to a virtual berofos about its GBL4. */
export const gbl4Rows: Readonly<Record<string, Gbl4Row>> = {
  flashmode: {
    about: 'its button was held at power on, or not',
    argument: onOff,
    apply: (at, value) => {
      at.flashMode = value === 1
    },
    show: () => '',
  },
  lose: everyRow('lose', 'loses each N-th datagram, either way'),
  duplicate: everyRow('duplicate', 'sends each N-th answer twice'),
  damage: everyRow('damage', 'flips a bit of each N-th answer'),
  delay: {
    about: 'answers late',
    argument: time,
    apply: ({ faults }, value) => {
      faults.delayMs = value
    },
    show: ({ delayMs }) => (delayMs > 0 ? `delay ${delayMs}ms` : ''),
  },
  mute: {
    about: 'refuses with silence instead of an error code',
    argument: onOff,
    apply: ({ faults }, value) => {
      faults.mute = value === 1
    },
    show: ({ mute }) => (mute ? 'mute' : ''),
  },
}

export interface Gbl4Steering {
  readonly row: Gbl4Row
  readonly value: number
}

type ParsedGbl4 =
  | { readonly ok: true; readonly steering: Gbl4Steering }
  | { readonly ok: false; readonly error: string }

/** Understands `flashmode on`, `lose 50`, `delay 20ms`; null: the first word is none of these. */
export function parseGbl4([word = '', argument = '', ...more]: readonly string[]): ParsedGbl4 | null {
  const row = Object.hasOwn(gbl4Rows, word) ? gbl4Rows[word] : undefined
  if (!row) return null
  const value = more.length > 0 ? null : row.argument.read(argument)
  if (value === null) return { ok: false, error: `${word} is followed by ${row.argument.wanted}` }
  return { ok: true, steering: { row, value } }
}

/** One line a row, for help. */
export function describeGbl4(): string[] {
  return Object.entries(gbl4Rows).map(
    ([name, { argument, about }]) => `${`${name} ${argument.usage}`.padEnd(18)} ${about}`,
  )
}

function everyRow(name: 'lose' | 'duplicate' | 'damage', about: string): Gbl4Row {
  return {
    about,
    argument: every,
    apply: ({ faults }, value) => {
      faults[name] = value
    },
    show: faults => (faults[name] > 0 ? `${name} ${faults[name]}` : ''),
  }
}
