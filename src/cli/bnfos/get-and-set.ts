import type { DeviceError, Reading } from '../../berofos/device.ts'
import { type SetReport, setParameter, unreadWords } from '../../berofos/http/write-group.ts'
import { type Parameter, parameterNamed, parameters } from '../../berofos/parameters.ts'
import { hostName, ipv4, text } from '../../berofos/value-codecs.ts'
import { good, type Parsed } from '../../config/parsed.ts'
import type { Call } from './call.ts'
import type { Chosen } from './chosen-device.ts'
import { warnBesideDaemon } from './daemon-warning.ts'
import { openChosen } from './http-device.ts'
import { awaited, inRounds } from './waiting.ts'

/** `bnfos --get KEY` */
export async function getKey(call: Call): Promise<boolean> {
  const { voice, output, values } = call
  const typed = await parameterTyped(call.argument.trim())
  const wrong = typed.ok ? unreadable(typed.value) : typed.wrong
  if (!typed.ok || wrong !== null) {
    voice.fail(`bnfos: ${wrong}`)
    return false
  }
  const { keyword } = typed.value
  return readInRounds(call, reading => {
    const value = reading.values[keyword]
    if (value === undefined) {
      voice.fail(`bnfos: this device does not show ${keyword}: bnfos --show lists what it shows`)
      return false
    }
    if (values.json) output.print(JSON.stringify(jsonOf(reading, [typed.value])))
    else voice.say(`${keyword} = ${value}`)
    return true
  })
}

/** `bnfos --show`: all that the device shows. */
export async function showAll(call: Call): Promise<boolean> {
  const { output, values } = call
  return readInRounds(call, reading => {
    if (values.json) output.print(JSON.stringify(jsonOf(reading, parameters)))
    else for (const line of listOf(reading)) output.print(line)
    return true
  })
}

/** `bnfos --set KEY=VALUE`: the value is checked first, then written and read back. */
export async function setKey(call: Call): Promise<boolean> {
  const { argument, stop, values, clock } = call
  const equals = argument.indexOf('=')
  const typed = await parameterTyped((equals < 0 ? argument : argument.slice(0, equals)).trim())
  if (!typed.ok) {
    call.voice.fail(`bnfos: ${typed.wrong}`)
    return false
  }
  const parameter = typed.value
  const wrong = wrongValue(parameter, equals < 0 ? null : argument.slice(equals + 1))
  if (wrong !== null) {
    call.voice.fail(`Setting ${parameter.keyword} failed: ${wrong}`)
    return false
  }
  const opened = await openChosen(call)
  if (!opened) return false
  const { device, chosen } = opened
  const user = values.login?.user ?? chosen.login?.split(':')[0] ?? usualUser
  const setting = setParameter(device, parameter.keyword, argument.slice(equals + 1), {
    sleep: (ms, signal) => clock.sleep(ms, signal),
    signal: stop,
    user,
  })
  // Beside it, so that it takes no time.
  const [reply] = await Promise.all([awaited(call, setting), warnBesideDaemon(call, parameter.keyword)])
  device.close()
  return reply.ok
    ? reportSetting(call, parameter, chosen, reply.value)
    : failSending(call, parameter, reply.error)
}

/** The parameter that was typed; else a sentence with the cure. */
async function parameterTyped(typed: string): Promise<Parsed<Parameter>> {
  const parameter = parameterNamed(typed)
  if (parameter) return good(parameter)
  // Only here: it is needed for mistakes alone.
  const { nearestName } = await import('../../config/nearest-name.ts')
  const names = parameters.map(({ keyword }) => keyword)
  const near = nearestName(typed, names)
  const shown = /^[\w.-]{1,30}$/.test(typed) ? `"${typed}"` : 'that'
  return {
    ok: false,
    wrong: `a berofos has no parameter ${shown}${near ? `, did you mean ${near}?` : `: it has ${names.join(', ')}`}`,
  }
}

/** Wide enough for every keyword: `power1def` is as long as any. */
const keywordWidth = 9

function listOf({ values }: Reading): string[] {
  return parameters.flatMap(({ keyword }) => {
    const value = values[keyword]
    return value === undefined ? [] : [` ${keyword.padEnd(keywordWidth)} = ${value}`]
  })
}

/** Numbers as numbers, all else as text. */
function jsonOf({ values }: Reading, chosen: readonly Parameter[]): Record<string, string | number> {
  const texts: readonly Parameter['codec'][] = [hostName, ipv4, text]
  const shown = chosen.flatMap(({ keyword, codec }) => {
    const value = values[keyword]
    if (value === undefined) return []
    return [[keyword, texts.includes(codec) || value === '' ? value : Number(value)] as const]
  })
  return Object.fromEntries(shown)
}

function unreadable({ keyword, key }: Parameter): string | null {
  return key === null ? `${keyword} is never shown by a berofos: it can only be set` : null
}

async function readInRounds(call: Call, tell: (reading: Reading) => boolean): Promise<boolean> {
  const opened = await openChosen(call)
  if (!opened) return false
  const { device } = opened
  const { voice, stop } = call
  let lastHint = ''
  const hint = (text: string) => {
    if (text !== lastHint && text !== '') voice.hint(`bnfos: ${text}`)
    lastHint = text
  }
  const worked = await inRounds(call, async () => {
    const reply = await awaited(call, device.read(stop))
    if (stop.aborted) return false
    if (reply.ok) {
      hint(reply.value.warning ?? '')
      return tell(reply.value)
    }
    if (reply.error.code === 'login') voice.fail('Invalid username/password to get configuration!')
    else voice.fail('Retrieving configuration and status failed!')
    hint(reply.error.text)
    return false
  })
  device.close()
  return worked
}

/** The one that the firmware knows. */
const usualUser = 'admin'

/** Why it can't be set so; null: it can. Nothing of a password is in it. */
function wrongValue({ keyword, write, codec }: Parameter, value: string | null): string | null {
  if (!write) return `${keyword} can only be read`
  if (value === null && write.name !== null) return `Give it a value: --set ${keyword}=VALUE`
  return value === null || codec.encode(value) !== null ? null : `Value has to be ${codec.expected}!`
}

function reportSetting(
  call: Call,
  parameter: Parameter,
  { section }: Chosen,
  { after, taken, changedToo, note }: SetReport,
): boolean {
  const { voice, file } = call
  const { keyword } = parameter
  const removed = call.argument.endsWith('=')
  for (const changed of changedToo)
    voice.hint(
      `bnfos: ${changed.keyword} changed as well: ${shown(changed.before)} -> ${shown(changed.after)}`,
    )
  if (taken === 'no') {
    const cure = 'try again, or switch the device off and on'
    const is = after === null ? '' : `, ${keyword} = ${after}`
    return failSetting(call, parameter, `The device did not take it${is}: ${cure}`)
  }
  if (taken === 'unknown' && isAlwaysShown(parameter))
    return failSetting(call, parameter, note ?? `It was sent, but config.txt does not show ${keyword}`)
  voice.say(`Setting ${keyword} succeeded!`)
  if (keyword === 'apwd' && section !== null)
    voice.hint(
      removed
        ? `bnfos: its password is empty now: write that into ${file}, [${section}]: login = ${usualUser}:`
        : `bnfos: now write the new password into ${file}, [${section}]: login = ${usualUser}:<password>`,
    )
  else if (note !== null) voice.hint(`bnfos: ${note}`)
  return true
}

function shown(value: string | null): string {
  return value === null ? 'not shown' : value === '' ? 'empty' : value
}

/** What tells by a reading whether it was taken: what acts at once, not what a boot or the network takes from. */
function isAlwaysShown({ key, write }: Parameter): boolean {
  return key !== null && write !== null && write.cmd >= 4
}

function failSending(call: Call, parameter: Parameter, { code, text }: DeviceError): boolean {
  // The words of the vendor's tool, on a line of their own.
  if (code === 'login' && !text.startsWith(unreadWords))
    call.voice.fail('Invalid username/password to change value!')
  return failSetting(call, parameter, text)
}

function failSetting({ voice }: Call, { keyword }: Parameter, why: string): boolean {
  voice.fail(`Setting ${keyword} failed! ${why}`)
  return false
}
