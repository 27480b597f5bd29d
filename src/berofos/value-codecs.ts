/** How the values of parameters are written by people, taken by the device and shown in config.txt. */
export interface ValueCodec {
  /** What people type → what the device takes; null: refused. */
  readonly encode: (text: string) => string | null
  /** What config.txt shows → what people read; null: refused. An empty string stays empty where it has a meaning. */
  readonly decode: (shown: string) => string | null
  /** Completes `value has to be …`. */
  readonly expected: string
}

// What bnfos --set takes, in any case.
const switchWords = new Map([
  ...['1', 'yes', 'y', 'true'].map(word => [word, '1'] as const),
  ...['0', 'no', 'n', 'false'].map(word => [word, '0'] as const),
])
// A check box of the firmware's form is printed as its HTML attribute.
const shownSwitches = new Map([...switchWords, ['checked', '1'] as const, ['', '0'] as const])

export const onOff: ValueCodec = {
  encode: text => switchWords.get(text.trim().toLowerCase()) ?? null,
  decode: shown => shownSwitches.get(shown.trim().toLowerCase()) ?? null,
  expected: '0 or 1',
}

/** The watchdog's switch. After a trip the firmware most likely shows its state here as well: 2 is on, tripped. */
export const watchdogSwitch: ValueCodec = {
  encode: onOff.encode,
  decode: shown => (shown.trim() === '2' ? '2' : onOff.decode(shown)),
  expected: '0 or 1',
}

/** 0 off, 1 on, 2 failed; writing 0 or 1 clears it. */
export const watchdogState: ValueCodec = {
  encode: onOff.encode,
  decode: shown => (/^[012]$/.test(shown.trim()) ? shown.trim() : null),
  expected: '0 or 1',
}

export const ipv4: ValueCodec = {
  encode: text => (text.trim() === '' ? null : plainIpv4(text.trim(), /^(0|[1-9]\d{0,2})$/)),
  decode: shown => plainIpv4(shown.trim(), /^\d{1,3}$/),
  expected: 'an IPv4 address',
}

export const port: ValueCodec = wholeNumber(1, 65535)

/** Seconds; the watchdog's interval. */
export const seconds: ValueCodec = wholeNumber(1, 65535)

/** Seconds left; the device only shows it. */
export const countdown: ValueCodec = wholeNumber(0, 2 ** 32 - 1)

export const hostName: ValueCodec = {
  encode: text => (isHostName(text.trim()) ? text.trim() : null),
  decode: shownText,
  expected: 'a host name of letters, digits, "-", "_" and "."',
}

export const text: ValueCodec = {
  encode: plainText,
  decode: shownText,
  expected: 'a text of one line',
}

/** Counted in bytes, since that is what the device's field holds. Empty: no password any more. */
export const adminPassword: ValueCodec = {
  encode: typed => (plainText(typed) !== null && Buffer.byteLength(typed) <= 15 ? typed : null),
  decode: () => null,
  expected: 'at most 15 characters',
}

/** Takes no value: asking for it is all. */
export const action: ValueCodec = {
  encode: () => '',
  decode: () => null,
  expected: 'nothing',
}

function wholeNumber(least: number, most: number): ValueCodec {
  const plain = (typed: string) => {
    const digits = typed.trim()
    if (!/^\d{1,10}$/.test(digits)) return null
    return Number(digits) >= least && Number(digits) <= most ? String(Number(digits)) : null
  }
  return { encode: plain, decode: plain, expected: `a number from ${least} to ${most}` }
}

function plainIpv4(dotted: string, part: RegExp): string | null {
  const parts = dotted.split('.')
  const good = parts.length === 4 && parts.every(each => part.test(each) && Number(each) <= 255)
  return good ? parts.map(Number).join('.') : null
}

// RFC 1123 2.1, and `_`, which some networks have in names; 63 is the longest label of DNS.
function isHostName(name: string): boolean {
  return (
    name.split('.').every(label => /^[a-z\d_]([a-z\d_-]{0,61}[a-z\d_])?$/i.test(label)) && fits(name, 255)
  )
}

function plainText(typed: string): string | null {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  return /[\x00-\x1f\x7f]/.test(typed) ? null : typed
}

/** Bytes that are no UTF-8 were replaced while reading: written back, they would be others than the device has. */
function shownText(shown: string): string | null {
  return shown.includes('\ufffd') ? null : plainText(shown)
}

function fits(typed: string, mostBytes: number): boolean {
  return typed.length > 0 && Buffer.byteLength(typed) <= mostBytes
}
