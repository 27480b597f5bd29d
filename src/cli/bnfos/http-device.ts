import type { DeviceAddress, SettableDevice } from '../../berofos/device.ts'
import { openDevice } from '../../berofos/http/client.ts'
import { good, type Parsed } from '../../config/parsed.ts'
import { readBounded } from '../../config/read-bounded.ts'
import type { Call } from './call.ts'
import { type Chosen, chooseDevice } from './chosen-device.ts'
import type { TypedLogin } from './options.ts'

/** The device over HTTP; null: it has been said why not. */
export async function openChosen(call: Call): Promise<{ device: SettableDevice; chosen: Chosen } | null> {
  const chosen = await chooseDevice(call, ['host', 'login'])
  if (!chosen) return null
  const { voice, values, clock, file } = call
  if (chosen.host === null) {
    const cure = 'bnfos --scan shows its address'
    voice.fail(
      chosen.section === null
        ? `bnfos: broadcast is of no use here: give the device's address with -h, ${cure}`
        : `bnfos: ${chosen.section} has no host in ${file}: add "host = ADDRESS", ${cure}`,
    )
    return null
  }
  const login = await loginOf(values.login)
  if (!login.ok) {
    voice.fail(`bnfos: ${login.wrong}`)
    return null
  }
  const address: DeviceAddress = {
    host: chosen.host,
    port: values.port,
    login: login.value ?? chosen.login,
    loginSource: values.login === null && chosen.section !== null ? 'section' : 'option',
    timeoutMs: values.timeoutMs ?? usualTimeoutMs,
  }
  return { device: openDevice(address, clock), chosen }
}

// What the vendor's tool waits.
const usualTimeoutMs = 3000

/** `user:password` of what -u says; null: it was not given. */
async function loginOf(typed: TypedLogin | null): Promise<Parsed<string | null>> {
  if (typed === null) return good(null)
  if ('password' in typed) return good(`${typed.user}:${typed.password}`)
  const reading = await readBounded(typed.file)
  if (reading.kind !== 'content') {
    const what = reading.kind === 'absent' ? 'there is no such file' : 'it is no file that can be read'
    return { ok: false, wrong: `-u: the password is not in ${typed.file}: ${what}` }
  }
  const [password = ''] = Buffer.from(reading.content).toString('utf8').split(/\r?\n/)
  return password === ''
    ? { ok: false, wrong: `-u: the password is not in ${typed.file}: its first line is empty` }
    : good(`${typed.user}:${password}`)
}
