/** The severities in use, mildest first; the words of syslog(3). */
export const logLevels = ['debug', 'info', 'notice', 'warning', 'error'] as const
export type LogLevel = (typeof logLevels)[number]

/** RFC 3164 4.1.1 */
export const severityCodes: Readonly<Record<LogLevel, number>> = {
  error: 3,
  warning: 4,
  notice: 5,
  info: 6,
  debug: 7,
}

/** syslog(3). No kern: only the kernel may use it. */
export const facilityCodes: Readonly<Record<string, number>> = {
  user: 1,
  mail: 2,
  daemon: 3,
  auth: 4,
  syslog: 5,
  lpr: 6,
  news: 7,
  uucp: 8,
  cron: 9,
  authpriv: 10,
  ftp: 11,
  local0: 16,
  local1: 17,
  local2: 18,
  local3: 19,
  local4: 20,
  local5: 21,
  local6: 22,
  local7: 23,
}

/** One event, as it happened: a line that had to wait keeps its time. */
export interface LogLine {
  readonly level: LogLevel
  /** One line of printable text, see `printable`. */
  readonly text: string
  /** Milliseconds since 1970. */
  readonly wallMs: number
}

/** rsyslog's default MaxMessageSize, for the whole datagram: it cuts there, within a character if need be. */
export const longestLineBytes = 8096

/** How grave a line is: of lines that can't all be kept the mildest go first. */
export function gravityOf({ level }: Pick<LogLine, 'level'>): number {
  return logLevels.indexOf(level)
}

/**
 * One line that no terminal and no log can misread: control characters become `\n`, `\t`, `\x1b`, and what is not seen
 * but changes how the rest is shown, such as an order to write from right to left, becomes `\u202e`.
 */
export function printable(text: string): string {
  return text.slice(0, longestLineBytes).replace(controls, escapeControl)
}

/** At most `maxBytes` of UTF-8, never half a character. */
export function cutUtf8(bytes: Buffer, maxBytes: number): Buffer {
  if (bytes.length <= maxBytes) return bytes
  let end = maxBytes
  // 10xxxxxx continues a character (RFC 3629 3).
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1
  return bytes.subarray(0, end)
}

/** Hears how many lines of an outlet are lost and not yet told of there; 0: they were. */
export type LossListener = (outlet: 'syslog' | 'stdout', count: number) => void

/** What the log says where lines are missing. */
export function lossText(count: number): string {
  return `${count} lines lost`
}

// C0, DEL, C1; format characters (bidirectional, zero width, tags); the separators that some viewers break lines at;
// halves of a character. UAX 44, General_Category.
const controls = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu
const shortEscapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

function escapeControl(character: string): string {
  const code = character.codePointAt(0) ?? 0
  const hex = code.toString(16)
  if (code > 0xffff) return `\\u{${hex}}`
  return (
    shortEscapes[character] ?? (code > 0xff ? `\\u${hex.padStart(4, '0')}` : `\\x${hex.padStart(2, '0')}`)
  )
}
