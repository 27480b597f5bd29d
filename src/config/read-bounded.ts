import { constants, type FileHandle, open } from 'node:fs/promises'

/** No configuration is longer; what is longer is no configuration. */
const longestFileBytes = 1024 * 1024

export type FileReading =
  /** `isCut`: there is more in it, which was not read. */
  | {
      readonly kind: 'content'
      readonly content: Uint8Array
      readonly mode: number
      readonly isCut?: true
    }
  | { readonly kind: 'absent' }
  /** `what`: what is wrong and the cure, without the file's name; `code`: errno's word. */
  | { readonly kind: 'unreadable'; readonly what: string; readonly code: string }

/** What is wrong with a file that is longer. */
export const tooLarge = 'is larger than 1 MiB'

/**
 * Reads a plain file of at most 1 MiB. Never waits for a pipe or a device, never throws. `longer`: of one that is longer
 * the whole lines of its first MiB; default: it can't be read.
 */
export async function readBounded(file: string, longer?: 'cut'): Promise<FileReading> {
  try {
    // O_NONBLOCK: opening a pipe that nobody writes to would wait for ever.
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
    try {
      return await readHandle(handle, longer)
    } finally {
      await handle.close()
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error'
    if (code === 'ENOENT') return { kind: 'absent' }
    return { kind: 'unreadable', code, what: sentences[code] ?? `cannot be read: ${code}` }
  }
}

const notPlain = 'is not a plain file, expected a text file'

/** For who runs a command first, then for who set the file up. */
const denied = 'permission denied: be root or in the group berofosd; chown root:berofosd, chmod 0640'

const sentences: Readonly<Record<string, string>> = {
  EACCES: denied,
  EPERM: denied,
  ENOTDIR: 'cannot be read, a part of its path is not a directory',
  ENAMETOOLONG: 'cannot be read, its path is too long',
  ELOOP: 'cannot be read, its symbolic links go round in circles',
  EISDIR: 'is a directory, expected a text file',
  ENXIO: notPlain,
  ERR_INVALID_ARG_VALUE: 'cannot be read, its path is malformed',
}

async function readHandle(handle: FileHandle, longer: 'cut' | undefined): Promise<FileReading> {
  const status = await handle.stat()
  if (status.isDirectory())
    return { kind: 'unreadable', code: 'EISDIR', what: 'is a directory, expected a text file' }
  if (!status.isFile()) return { kind: 'unreadable', code: 'EINVAL', what: notPlain }
  // Not by the size it states: files under /proc state 0, others grow meanwhile.
  const content = Buffer.allocUnsafe(longestFileBytes + 1)
  const length = await fill(handle, content)
  const { mode } = status
  if (length <= longestFileBytes) return { kind: 'content', content: content.subarray(0, length), mode }
  if (longer === undefined)
    return { kind: 'unreadable', code: 'EFBIG', what: `${tooLarge}, expected a text file` }
  const whole = content.subarray(0, content.lastIndexOf('\n') + 1)
  return { kind: 'content', content: whole, mode, isCut: true }
}

async function fill(handle: FileHandle, buffer: Uint8Array): Promise<number> {
  let length = 0
  while (length < buffer.length) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length)
    if (bytesRead === 0) break
    length += bytesRead
  }
  return length
}
