import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import { type FlashProgress, flash, mostFileBytes } from '../../berofos/gbl4/flash.ts'
import { type FoundDevice, readNetconf } from '../../berofos/gbl4/scan.ts'
import { good, type Parsed } from '../../config/parsed.ts'
import { fileErrorText } from '../../system/file-errors.ts'
import { type Call, gbl4Options } from './call.ts'
import { chooseDevice } from './chosen-device.ts'
import { agreed, nothingDone } from './confirm.ts'
import { askDevice, macOf } from './gbl4-device.ts'
import type { Voice } from './voice.ts'

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

/** Shows how far it is: a bar on a terminal, else a line every 10 %. */
interface Progress {
  readonly show: (progress: FlashProgress) => void
  /** Leaves the line of the bar. */
  readonly end: () => void
}

function progressLines({ say, draw }: Pick<Voice, 'say' | 'draw'>): Progress {
  let last = draw ? -1 : 0
  const news = (progress: FlashProgress, step: number) => {
    const now = Math.floor(percentOf(progress) / step)
    if (now === last) return false
    last = now
    return true
  }
  if (draw)
    return {
      show: progress => void (news(progress, 1) && draw(`\r${barText(progress)}\x1b[K`)),
      end: () => void (last >= 0 && draw('\n')),
    }
  return { show: progress => void (news(progress, 10) && say(lineText(progress))), end: () => {} }
}

const barWidth = 30

function barText(progress: FlashProgress): string {
  const done = Math.round((percentOf(progress) / 100) * barWidth)
  return `[${'#'.repeat(done)}${' '.repeat(barWidth - done)}] ${lineText(progress)}`
}

function lineText(progress: FlashProgress): string {
  const rate = (progress.bytesPerSecond / 1000).toFixed(1)
  const seconds = Math.ceil(progress.remainingMs / 1000)
  return `${percentOf(progress)} %, ${rate} kB/s, ${seconds} s left`
}

function percentOf({ pages, totalPages }: FlashProgress): number {
  return Math.floor((pages / totalPages) * 100)
}

/** No firmware of a berofos is as short as that; pages of a web server that say "not found" are. */
const leastFileBytes = 16 * 1024

/** The file's bytes; or why they can't be the firmware of a berofos, with the cure. */
async function readFirmware(path: string): Promise<Parsed<Uint8Array>> {
  const wrong = (why: string) => ({ ok: false, wrong: `${path}: ${why}` }) as const
  try {
    // O_NONBLOCK: opening a pipe must not wait for its writer.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const status = await file.stat()
      if (!status.isFile()) return wrong('it is no file, give that of the firmware')
      // Before it is read: it may be of any size.
      if (status.size > mostFileBytes)
        return wrong(`it is larger than ${mostFileBytes} bytes, so no firmware`)
      const bytes = await file.readFile()
      const why = whyNoFirmware(bytes)
      return why === null ? good(bytes) : wrong(why)
    } finally {
      await file.close()
    }
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException
    return wrong(fileErrorText(code, cures) ?? `it can't be read (${code})`)
  }
}

/** null: it may be one. */
function whyNoFirmware(bytes: Uint8Array): string | null {
  if (bytes.length === 0) return 'it is empty, fetch the firmware again'
  if (isText(bytes.subarray(0, 512))) return 'it begins with text, so no firmware: fetch it again'
  if (bytes.length < leastFileBytes)
    return `it has ${bytes.length} bytes, a firmware at least ${leastFileBytes}: fetch it again`
  if (bytes.length > mostFileBytes) return `it is larger than ${mostFileBytes} bytes, so no firmware`
  return null
}

/** The version that the file's name tells, such as 1.53 of `bnfos_v153.bin`; null: none. */
function versionInName(path: string): string | null {
  const [, major, minor] = /v(\d)[._]?(\d\d)(?!\d)[^/]*$/i.exec(path) ?? []
  return major === undefined ? null : `${major}.${minor}`
}

/**
 * UTF-16 by its byte order mark; else no control character but those that are in texts, and either UTF-8 or, as a page
 * in Latin-1, for the most part ASCII.
 */
function isText(bytes: Uint8Array): boolean {
  const [first, second] = bytes
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true
  if (bytes.some(byte => (byte < 0x20 && !textControls.includes(byte)) || byte === 0x7f)) return false
  const ascii = bytes.filter(byte => byte < 0x80).length
  return isUtf8(bytes) || ascii >= bytes.length * 0.75
}

/** Tab, line feed, form feed, carriage return, escape. */
const textControls: readonly number[] = [0x09, 0x0a, 0x0c, 0x0d, 0x1b]

/** The last character may be cut off. */
function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
    return true
  } catch {
    return false
  }
}

const cures = { ENOENT: 'correct its name', EACCES: 'make it readable or run this as root' }
