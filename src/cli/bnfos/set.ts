import type { DeviceError } from '../../berofos/device.ts'
import { type SetReport, setParameter } from '../../berofos/http/write-group.ts'
import type { Parameter } from '../../berofos/parameters.ts'
import type { Call } from './call.ts'
import type { Chosen } from './chosen-device.ts'
import { openChosen } from './http-device.ts'
import { parameterTyped } from './keyword.ts'
import { awaited } from './waiting.ts'

/** `bnfos --set KEY=VALUE`: the value is checked first, then written and read back. */
export async function setKey(call: Call): Promise<boolean> {
  const { argument, stop, values, clock } = call
  const equals = argument.indexOf('=')
  const typed = await parameterTyped((equals < 0 ? argument : argument.slice(0, equals)).trim())
  if (!typed.ok) return fail(call, typed.wrong)
  const parameter = typed.value
  const wrong = wrongValue(parameter, equals < 0 ? null : argument.slice(equals + 1))
  if (wrong !== null) return failSetting(call, parameter, wrong)
  const opened = await openChosen(call)
  if (!opened) return false
  const { device, chosen } = opened
  const user = values.login?.user ?? chosen.login?.split(':')[0] ?? usualUser
  const setting = setParameter(device, parameter.keyword, argument.slice(equals + 1), {
    sleep: (ms, signal) => clock.sleep(ms, signal),
    signal: stop,
    user,
  })
  const reply = await awaited(call, setting)
  device.close()
  if (reply.ok) return report(call, chosen, reply.value)
  return failSetting(call, parameter, reasonOf(reply.error), hintOf(reply.error))
}

/** The one that the firmware knows. */
const usualUser = 'admin'

/** Why it can't be set so; null: it can. Nothing of a password is in it. */
function wrongValue({ keyword, write, codec }: Parameter, value: string | null): string | null {
  if (!write) return `${keyword} can only be read`
  if (value === null && write.name !== null) return `Give it a value: --set ${keyword}=VALUE`
  return value === null || codec.encode(value) !== null ? null : `Value has to be ${codec.expected}!`
}

function report(
  call: Call,
  { section }: Chosen,
  { keyword, after, taken, changedToo, note }: SetReport,
): boolean {
  const { voice, file } = call
  for (const changed of changedToo)
    voice.hint(
      `bnfos: ${changed.keyword} changed as well: ${shown(changed.before)} -> ${shown(changed.after)}`,
    )
  if (taken === 'no') {
    const cure = 'try again, or switch the device off and on'
    const is = after === null ? '' : `, ${keyword} = ${after}`
    voice.fail(`Setting ${keyword} failed: The device did not take it${is}: ${cure}`)
    return false
  }
  voice.say(`Setting ${keyword} succeeded!`)
  if (keyword === 'apwd' && section !== null)
    voice.hint(
      `bnfos: now write the new password into ${file}, [${section}]: login = ${usualUser}:<password>`,
    )
  else if (note !== null) voice.hint(`bnfos: ${note}`)
  return true
}

function shown(value: string | null): string {
  return value === null ? 'not shown' : value === '' ? 'empty' : value
}

function reasonOf({ code, text }: DeviceError): string {
  return code === 'login' ? 'Invalid username/password to get configuration!' : text
}

function hintOf({ code, text }: DeviceError): string | null {
  return code === 'login' ? text : null
}

function failSetting(call: Call, { keyword }: Parameter, why: string, hint: string | null = null): boolean {
  call.voice.fail(`Setting ${keyword} failed: ${why}`)
  if (hint !== null) call.voice.hint(`bnfos: ${hint}`)
  return false
}

function fail({ voice }: Call, sentence: string): boolean {
  voice.fail(`bnfos: ${sentence}`)
  return false
}
