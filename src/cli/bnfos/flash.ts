import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { flash, mostFileBytes, readNetconf } from '../../berofos/gbl4/device.ts'
import { good, type Parsed } from '../../config/parsed.ts'
import { type Call, gbl4Options } from './call.ts'
import { chooseDevice } from './chosen-device.ts'
import { askDevice, macOf } from './gbl4-device.ts'
import { progressLines } from './progress.ts'

/** `bnfos --flash FILE`: writes a firmware into a device in flash mode. */
export async function flashDevice(call: Call): Promise<boolean> {
  const { voice, argument } = call
  const file = await readFirmware(argument)
  if (!file.ok) {
    voice.fail(`Flashing failed: ${file.wrong}`)
    return false
  }
  const chosen = await chooseDevice(call)
  const mac = chosen && (await macOf(call, chosen))
  if (!chosen || mac === null) return false
  const options = gbl4Options(call)
  const progress = progressLines(voice)
  // Where it is, before anything is written: a file must not be sent twice because of an old address.
  const device = await askDevice(chosen, mac, target => readNetconf(target, options))
  const target = { mac, host: device.ok ? device.value.from : chosen.host }
  const reply = device.ok
    ? await flash(target, file.value, { ...options, onProgress: progress.show })
    : device
  progress.end()
  if (!reply.ok) {
    voice.fail(`Flashing failed: ${reply.error.text}`)
    return false
  }
  voice.say('Flashing succeeded!')
  voice.hint('bnfos: switch the device off and on: it then runs the new firmware')
  return true
}

async function readFirmware(path: string): Promise<Parsed<Uint8Array>> {
  const wrong = (why: string) => ({ ok: false, wrong: `${path}: ${why}` }) as const
  try {
    // O_NONBLOCK: opening a pipe must not wait for its writer.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const status = await file.stat()
      if (!status.isFile()) return wrong('it is no file, give that of the firmware')
      if (status.size === 0) return wrong('it is empty, fetch the firmware again')
      if (status.size > mostFileBytes)
        return wrong(`it is larger than ${mostFileBytes} bytes, so no firmware`)
      return good(await file.readFile())
    } finally {
      await file.close()
    }
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException
    return wrong(causes[code] ?? `it can't be read (${code})`)
  }
}

const causes: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file, correct its name',
  EACCES: 'permission denied, make it readable or run this as root',
}
