import type { Reading } from '../../berofos/device.ts'
import { type Parameter, parameters } from '../../berofos/parameters.ts'
import { hostName, ipv4, text } from '../../berofos/value-codecs.ts'
import type { Call } from './call.ts'
import { openChosen } from './http-device.ts'
import { parameterTyped } from './keyword.ts'
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
