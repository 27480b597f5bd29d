/** What a line of `ping -n -O` says. `seq` is icmp_seq as printed, 0 to 65535: it wraps. */
export type PingLine =
  /** An echo reply; `rttMs` null: ping could not tell. */
  | {
      readonly kind: 'reply'
      readonly seq: number
      readonly rttMs: number | null
      readonly from: string
    }
  /** -O: this one is unanswered, and the next is being sent now. */
  | { readonly kind: 'missing'; readonly seq: number }
  /** An ICMP error came back for it. */
  | { readonly kind: 'unreachable'; readonly seq: number; readonly from: string; readonly reason: string }
  /** Our own kernel would not send. */
  | { readonly kind: 'unsent'; readonly reason: string }
  | { readonly kind: 'other' }

const other: PingLine = { kind: 'other' }

/** iputils ping, LC_ALL=C: pattern → meaning. The first that matches counts. */
const patterns: readonly (readonly [RegExp, (found: RegExpExecArray) => PingLine])[] = [
  [/^\d+ bytes from (\S+?)(?: \(\S+\))?: icmp_seq=(\d{1,5})(?= |$)(.*)$/, readReply],
  [/^no answer yet for icmp_seq=(\d{1,5})$/, found => ({ kind: 'missing', seq: Number(found[1]) })],
  [/^From (\S+?)(?: \(\S+\))?:? icmp_seq=(\d{1,5}) (.+)$/, readIcmpError],
  [/^ping6?: send(?:msg|to): (.+)$/, readSendError],
]

/** ICMP messages that report a better way, not a dead end. */
const harmless = /^(Redirect|Source Quench|Echo Request)/

/** Errors that the network's answers or its routes caused: the master is gone, this node is fine. */
const masterIsGone = /^(No route to host|Connection refused|Host is down)$/

/** One line, with or without -D's time stamp. Anything unknown is `other`. */
export function parsePingLine(line: string): PingLine {
  const text = line.trim().replace(/^\[\d+\.\d+\] /, '')
  for (const [pattern, read] of patterns) {
    const found = pattern.exec(text)
    if (!found) continue
    const meaning = read(found)
    return 'seq' in meaning && meaning.seq > 0xffff ? other : meaning
  }
  return other
}

/**
 * Whether the last words of a ping tell of the host: there is no way there, which other probes take for a failure too.
 * Without a route at all ("Network is unreachable"), and whatever else ends a ping, it is this node's fault.
 */
export function tellsOfHost(words: string): boolean {
  const [, reason = ''] = /^ping6?: connect: (.+)$/.exec(words) ?? []
  return masterIsGone.test(reason)
}

function readReply([, from = '', seq, rest = '']: RegExpExecArray): PingLine {
  // A broken checksum is noise on the line, not an answer.
  if (rest.includes('(BAD CHECKSUM')) return other
  const time = /(?: |^)time[=<](\d+(?:\.\d+)?) ms/.exec(rest)
  const rttMs = time ? Number(time[1]) : null
  return { kind: 'reply', seq: Number(seq), rttMs, from }
}

function readIcmpError([, from = '', seq, reason = '']: RegExpExecArray): PingLine {
  return harmless.test(reason) ? other : { kind: 'unreachable', seq: Number(seq), from, reason }
}

function readSendError([, reason = '']: RegExpExecArray): PingLine {
  return masterIsGone.test(reason) ? other : { kind: 'unsent', reason }
}
