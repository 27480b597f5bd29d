import type { DeviceError } from '../../berofos/device.ts'
import { type SetReport, setParameter, unreadWords } from '../../berofos/http/write-group.ts'
import type { Parameter } from '../../berofos/parameters.ts'
import type { Call } from './call.ts'
import type { Chosen } from './chosen-device.ts'
import { warnBesideDaemon } from './daemon-warning.ts'
import { openChosen } from './http-device.ts'
import { parameterTyped } from './keyword.ts'
import { awaited } from './waiting.ts'

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
  return reply.ok ? report(call, parameter, chosen, reply.value) : failSending(call, parameter, reply.error)
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
    return fail(call, parameter, `The device did not take it${is}: ${cure}`)
  }
  if (taken === 'unknown' && isAlwaysShown(parameter))
    return fail(call, parameter, note ?? `It was sent, but config.txt does not show ${keyword}`)
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
  return fail(call, parameter, text)
}

function fail({ voice }: Call, { keyword }: Parameter, why: string): boolean {
  voice.fail(`Setting ${keyword} failed! ${why}`)
  return false
}
