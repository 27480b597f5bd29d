import type { FoundDevice } from '../../berofos/gbl4/device.ts'
import { type Call, gbl4Options } from './call.ts'
import { agreed } from './confirm.ts'
import { findDevices } from './find-devices.ts'
import { inRounds } from './rounds.ts'
import { deviceBlock, deviceJson } from './scan-text.ts'
import { awaited } from './waiting.ts'

/** `bnfos --scan`: lists what answers, and brings the file up to date with -x. None is a failure. */
export async function scanNetwork(call: Call): Promise<boolean> {
  return inRounds(call, () => scanOnce(call))
}

async function scanOnce(call: Call): Promise<boolean> {
  const { values, output, voice, stop } = call
  const found = await awaited(call, findDevices(values.host, gbl4Options(call)))
  if (stop.aborted) return false
  if (!found.ok) {
    voice.fail(`bnfos: ${found.error.text}`)
    return false
  }
  const devices = found.value
  if (values.json) output.print(JSON.stringify(devices.map(deviceJson)))
  else
    for (const [index, device] of devices.entries()) output.print(deviceBlock(index + 1, device).join('\n'))
  voice.say(`${devices.length} ${devices.length === 1 ? 'device' : 'devices'} found.`)
  if (devices.length === 0) {
    voice.hint(
      `bnfos: check power and cables, or ${values.host === null ? 'give' : 'correct'} the address with -h`,
    )
    return false
  }
  return values.write ? writeFile(call, devices) : true
}

/** Whoever answers with a known MAC would be sent the login of its section: a terminal is asked. */
async function writeFile(call: Call, devices: readonly FoundDevice[]): Promise<boolean> {
  const { voice, file } = call
  const { updateFile } = await import('./conf-write.ts')
  const updated = await updateFile(file, devices, ({ name, mac, from, to }) =>
    agreed(call, `${name}, ${mac}, is at ${from} in the file, and ${answers(to)}.\nWrite that?`),
  )
  for (const line of updated.lines) voice.hint(line)
  return updated.ok
}

function answers(address: string): string {
  return address === '0.0.0.0' ? 'answers without an address' : `answers at ${address}`
}
