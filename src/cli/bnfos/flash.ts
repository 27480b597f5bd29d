import { basename } from 'node:path'
import { type FoundDevice, flash, readNetconf } from '../../berofos/gbl4/device.ts'
import { type Call, gbl4Options } from './call.ts'
import { chooseDevice } from './chosen-device.ts'
import { agreed, nothingDone } from './confirm.ts'
import { readFirmware, versionInName } from './firmware-file.ts'
import { askDevice, macOf } from './gbl4-device.ts'
import { progressLines } from './progress.ts'

/** `bnfos --flash FILE`: writes a firmware into a device in flash mode. */
export async function flashDevice(call: Call): Promise<boolean> {
  const { voice, argument } = call
  const failed = (why: string) => {
    voice.fail(`Flashing failed! ${why}`)
    return false
  }
  const file = await readFirmware(argument)
  if (!file.ok) return failed(file.wrong)
  const chosen = await chooseDevice(call)
  const mac = chosen && (await macOf(call, chosen))
  if (!chosen || mac === null) return false
  const options = gbl4Options(call)
  // Where it answers, before anything is written: a file must not be sent twice because of an old address.
  let host: string | null = null
  const device = await askDevice(chosen, mac, target => {
    host = target.host
    return readNetconf(target, options)
  })
  if (!device.ok) return failed(device.error.text)
  // A device that is not in flash mode is refused below, and nothing is to be asked before.
  if (device.value.devmode !== 0 && !(await agreed(call, questionOf(argument, file.value, device.value))))
    return nothingDone(call)
  const progress = progressLines(voice)
  const reply = await flash({ mac, host }, file.value, {
    ...options,
    onProgress: progress.show,
    onRestart: why => {
      progress.end()
      voice.hint(`bnfos: ${why}: it is flashed anew from the first page`)
    },
  })
  progress.end()
  if (!reply.ok) return failed(reply.error.text)
  voice.say('Flashing succeeded!')
  const [page, ...more] = reply.value.repeated
  if (page !== undefined)
    voice.hint(
      `bnfos: page ${page}${more.length > 0 ? ` and ${more.length} more` : ''} had to be sent again: should the device not start, flash it once more`,
    )
  voice.hint('bnfos: switch the device off and on: it then runs the new firmware')
  return true
}

function questionOf(path: string, file: Uint8Array, device: FoundDevice): string {
  const { mac, from, firmwareMajor, firmwareMinor } = device
  const version = versionInName(path)
  return [
    `${mac} at ${from} has firmware ${firmwareMajor}.${firmwareMinor} and gets ${
      version ?? 'one whose name tells no version'
    }:`,
    `${basename(path)}, ${Math.ceil(file.length / 1024)} KiB.`,
    "Don't switch it off before it is done, nor this host.",
  ].join('\n')
}
