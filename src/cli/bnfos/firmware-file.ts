import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { mostFileBytes } from '../../berofos/gbl4/device.ts'
import { good, type Parsed } from '../../config/parsed.ts'

/** No firmware of a berofos is as short as that; pages of a web server that say "not found" are. */
const leastFileBytes = 16 * 1024

/** The file's bytes; or why they can't be the firmware of a berofos, with the cure. */
export async function readFirmware(path: string): Promise<Parsed<Uint8Array>> {
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
    return wrong(causes[code] ?? `it can't be read (${code})`)
  }
}

/** null: it may be one. */
export function whyNoFirmware(bytes: Uint8Array): string | null {
  if (bytes.length === 0) return 'it is empty, fetch the firmware again'
  if (isText(bytes.subarray(0, 512))) return 'it begins with text, so no firmware: fetch it again'
  if (bytes.length < leastFileBytes)
    return `it has ${bytes.length} bytes, a firmware at least ${leastFileBytes}: fetch it again`
  if (bytes.length > mostFileBytes) return `it is larger than ${mostFileBytes} bytes, so no firmware`
  return null
}

/** The version that the file's name tells, such as 1.53 of `bnfos_v153.bin`; null: none. */
export function versionInName(path: string): string | null {
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

const causes: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file, correct its name',
  EACCES: 'permission denied, make it readable or run this as root',
}
