import type { DeviceError, DeviceReply, Reading, SettableDevice } from '../device.ts'
import { type Parameter, parameterNamed, parameters } from '../parameters.ts'
import { notWritable } from './failures.ts'
import {
  deniesLogin,
  expectedUnread,
  keepsOldPassword,
  type ReadBack,
  type ReadBackOptions,
  readBack,
  type Unread,
} from './read-back.ts'

export interface SetOptions extends ReadBackOptions {
  /** Waits so many milliseconds, or until the signal. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>
  /** What it read just before, for the report of what is written without asking. */
  readonly before?: Reading
}

/** What became of one parameter, by what config.txt said afterwards, and before where that was asked. */
export interface SetReport {
  readonly keyword: string
  /** null: config.txt does not show it, or it was not asked. */
  readonly before: string | null
  readonly after: string | null
  /** `unknown`: it can't be read back. */
  readonly taken: 'yes' | 'no' | 'unknown'
  /** Other parameters, of any group, that read differently now. */
  readonly changedToo: readonly ChangedParameter[]
  /** Anything to be known or done about it, one sentence; null: nothing. No password in it. */
  readonly note: string | null
}

interface ChangedParameter {
  readonly keyword: string
  readonly before: string | null
  readonly after: string | null
}

/** A device may say yes and do it, or be there again, some seconds later: it is read again after so many milliseconds each. */
const settlingMs = [100, 300, 600, 1000, 1500, 1500] as const
/** One that said no, or nothing, may have done it all the same: it is read so often as well. */
const readingsOfOneThatSaidNo = 3
/** Whoever interrupts it waits no longer for the reading that tells what became of it. */
const lastReadingMs = 2000

/**
 * Sets one parameter and reads back, for five seconds if it is slow to change. Those of the groups 4 to 7 are written
 * without any reading before: whatever the page is like, the device is told. With another goes its whole command group
 * as it is now, because firmware 1.33 clears every check box that a write to its group leaves out. Once it was sent, only
 * the reading decides, whatever the device answered. An error: it was not sent, or nobody can say whether it was taken.
 */
export async function setParameter(
  device: SettableDevice,
  keyword: string,
  value: string,
  options: SetOptions,
): Promise<DeviceReply<SetReport>> {
  const parameter = parameterNamed(keyword)
  if (!parameter) return refuse(`a berofos has no parameter "${keyword}"`)
  if (!parameter.write) return refuse(`${parameter.keyword} can only be read`)
  const encoded = parameter.codec.encode(value)
  // The words of the vendor's tool, behind its `Setting KEY failed: `.
  if (encoded === null) return refuse(`Value has to be ${parameter.codec.expected}!`)

  if (safeAlone.includes(parameter.write.cmd)) return setAlone(device, parameter, encoded, options)
  const before = await device.read(options.signal)
  if (!before.ok) return before
  const sent = await device.writeAll(groupOf(parameter, encoded, before.value), options.signal)
  if (!sent.ok && !mayBeTaken(sent.error)) return sent
  const after = await readUntilTaken(device, { parameter, encoded, before: before.value, sent }, options)
  if (!after.ok)
    return sent.ok ? unread(parameter, before.value, after.error) : unreadToo(parameter, sent.error)
  const report = reportOf(parameter, encoded, before.value, after)
  const denied = keepsOldPassword(parameter, after) && (await deniesLogin(device, encoded, options))
  return decided(denied ? { ...report, taken: 'no' } : report, sent, options)
}

/** Told first and read afterwards. */
async function setAlone(
  device: SettableDevice,
  parameter: Parameter,
  encoded: string,
  options: SetOptions,
): Promise<DeviceReply<SetReport>> {
  const { keyword } = parameter
  const sent = await device.writeAll({ [keyword]: encoded }, options.signal)
  if (!sent.ok && !mayBeTaken(sent.error)) return sent
  const { before = null } = options
  const after = await readUntilTaken(device, { parameter, encoded, before, sent }, options)
  if (after.ok) return decided(reportOf(parameter, encoded, before, after), sent, options)
  if (!sent.ok) return unreadToo(parameter, sent.error)
  const note = `the device took it, but could not be read back: ${after.error.text}`
  return { ok: true, value: { keyword, before: null, after: null, taken: 'unknown', changedToo: [], note } }
}

/** The request had left, and the device did not want a login for it. */
function mayBeTaken({ code, sent }: DeviceError): boolean {
  return sent === true && code !== 'login'
}

/** What the reading says, and what the device answered where that says less. */
function decided(report: SetReport, sent: DeviceReply<null>, { signal }: SetOptions): DeviceReply<SetReport> {
  const { keyword, after, taken } = report
  if (taken === 'yes' || (sent.ok && !(taken === 'no' && signal?.aborted))) return { ok: true, value: report }
  if (!sent.ok && sent.error.code !== 'aborted') return sent
  return unknown(keyword, taken === 'no' ? `, and it read ${keyword} = ${after} right after` : '')
}

/** It was sent, and no reading tells what became of it. */
function unreadToo({ keyword }: Parameter, sent: DeviceError): DeviceReply<never> {
  return sent.code === 'aborted'
    ? unknown(keyword, ', and could not be read back')
    : { ok: false, error: sent }
}

function unknown(keyword: string, reading: string): DeviceReply<never> {
  const cure = `whether the device takes it is unknown: 'bnfos --get ${keyword}' tells`
  const text = `It was sent before it was cancelled${reading}: ${cure}`
  return { ok: false, error: { code: 'aborted', text, answered: true, sent: true } }
}
/** What was written, and what the device answered. */
interface Write {
  readonly parameter: Parameter
  readonly encoded: string
  readonly before: Reading | null
  readonly sent: DeviceReply<null>
}

async function readUntilTaken(
  device: SettableDevice,
  { parameter, encoded, before, sent }: Write,
  options: SetOptions,
): Promise<ReadBack | Unread> {
  const { sleep, signal } = options
  const read = (how: SetOptions) => readBack(device, parameter, encoded, how)
  // One that takes only every second connection closes each reading right after a write; another one's web server starts
  // anew after it.
  const isOpen = (after: ReadBack | Unread) =>
    after.ok
      ? reportOf(parameter, encoded, before, after).taken === 'no'
      : after.error.code === 'unreachable' && expectedUnread(parameter.keyword, after.error) === null
  let after = await read(options)
  for (const ms of sent.ok ? settlingMs : settlingMs.slice(0, readingsOfOneThatSaidNo)) {
    if (!isOpen(after) || signal?.aborted) break
    await sleep(ms, signal)
    after = await read(options)
  }
  if (!signal?.aborted || (after.ok && !isOpen(after))) return after
  const [late, done] = [new AbortController(), new AbortController()]
  void sleep(lastReadingMs, done.signal).then(() => late.abort())
  return read({ ...options, signal: late.signal }).finally(() => done.abort())
}
/** These have no check boxes, and an action is no form: nothing else has to go with the change. */
const safeAlone: readonly number[] = [4, 5, 6, 7]

/** Keyword → value of a group with check boxes, in the order of the reference. What config.txt does not show is left out. */
function groupOf(changed: Parameter, encoded: string, { values }: Reading): Record<string, string> {
  const cmd = changed.write?.cmd
  const group: Record<string, string> = {}
  for (const { keyword, write, codec } of parameters) {
    const shown = values[keyword]
    if (keyword === changed.keyword) group[keyword] = encoded
    else if (write?.cmd === cmd && shown !== undefined && codec.encode(shown) !== null) group[keyword] = shown
  }
  return group
}

/** Begins the text of the error when something was sent, and what became of it can't be read. */
export const unreadWords = 'it was sent, but could not be read back'

/** Sent, and then no answer that could be read: what was to be expected of this parameter, or a failure. */
function unread({ keyword }: Parameter, before: Reading, error: DeviceError): DeviceReply<SetReport> {
  const note = expectedUnread(keyword, error)
  if (note === null) return { ok: false, error: { ...error, text: `${unreadWords}: ${error.text}` } }
  const shown = before.values[keyword] ?? null
  const report = {
    keyword,
    before: shown,
    after: null,
    taken: 'unknown',
    changedToo: [],
    note,
  } as const
  return { ok: true, value: report }
}

/** Runs down by itself. */
const restless = 'wdogrtime'

function reportOf(
  parameter: Parameter,
  encoded: string,
  before: Reading | null,
  { value, note }: ReadBack,
): SetReport {
  const { keyword } = parameter
  const shown = (reading: Reading | null, of: string) => reading?.values[of] ?? null
  const changedToo = (before === null ? [] : parameters)
    .map(({ keyword }) => ({ keyword, before: shown(before, keyword), after: shown(value, keyword) }))
    .filter(each => each.keyword !== keyword && each.keyword !== restless && each.before !== each.after)
  const after = shown(value, keyword)
  // Whatever is written there clears a failure; what it reads then is up to `wdog`.
  const cleared = keyword === 'wdogstate' && after !== '2'
  const taken = after === null ? 'unknown' : cleared || after === encoded.trim() ? 'yes' : 'no'
  return { keyword, before: shown(before, keyword), after, taken, changedToo, note }
}

function refuse(text: string): DeviceReply<never> {
  return { ok: false, error: notWritable(text) }
}
