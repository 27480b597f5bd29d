import { constants } from 'node:fs'
import { type FileHandle, open, rename, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileErrorText } from './file-errors.ts'

/** `code` is errno's word (ENOSPC), or EFBIG for a file beyond the limit; `reason` a sentence with the cure. */
type FileFailure = { readonly ok: false; readonly code: string; readonly reason: string }
export type WriteResult = { readonly ok: true } | FileFailure
export type ReadResult = { readonly ok: true; readonly text: string } | FileFailure

/**
 * Replaces `path` whole or not at all, whatever fails and whenever the power goes: a temporary file beside it
 * (`.tmp`, one name per target, so a crash leaves at most one), synced, renamed, the directory synced. Mode 0600.
 * One call at a time for a path (see saved-file.ts). Never rejects; as slow as the disk.
 */
export async function writeWhole(path: string, text: string): Promise<WriteResult> {
  const temporary = `${path}.tmp`
  try {
    await unlink(temporary).catch(() => {})
    await writeSynced(temporary, text)
    await rename(temporary, path)
    await syncDirectory(dirname(path))
    return { ok: true }
  } catch (error) {
    await unlink(temporary).catch(() => {})
    return failure('write', path, error)
  }
}

/** The whole of a regular file as UTF-8; one larger than `maxBytes` is refused, a pipe or device too. */
export async function readWhole(path: string, maxBytes: number): Promise<ReadResult> {
  let file: FileHandle | null = null
  try {
    // O_NONBLOCK: opening a pipe must not wait for its writer.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    if (!(await file.stat()).isFile())
      return refused('read', path, 'EINVAL', 'it is no regular file; remove it')
    const bytes = Buffer.alloc(maxBytes + 1)
    const length = await fill(file, bytes)
    if (length > maxBytes)
      return refused('read', path, 'EFBIG', `it has more than ${maxBytes} bytes; remove it`)
    return { ok: true, text: bytes.toString('utf8', 0, length) }
  } catch (error) {
    return failure('read', path, error)
  } finally {
    await file?.close().catch(() => {})
  }
}

/** Renames a file that makes no sense to `path.bad`, for a person to look at; an older `.bad` is overwritten. */
export async function setAside(path: string): Promise<WriteResult> {
  try {
    await rename(path, `${path}.bad`)
    return { ok: true }
  } catch (error) {
    return failure('set aside', path, error)
  }
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, constants.O_RDONLY | constants.O_DIRECTORY)
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

/** Reads until the buffer is full or the file ends. */
async function fill(file: FileHandle, bytes: Buffer): Promise<number> {
  let length = 0
  while (length < bytes.length) {
    const { bytesRead } = await file.read(bytes, length, bytes.length - length, length)
    if (bytesRead === 0) break
    length += bytesRead
  }
  return length
}

function failure(verb: string, path: string, error: unknown): FileFailure {
  const { code = 'EIO', message } = error as NodeJS.ErrnoException
  return refused(verb, path, code, fileErrorText(code) ?? message)
}

function refused(verb: string, path: string, code: string, why: string): FileFailure {
  return { ok: false, code, reason: `can't ${verb} ${path}: ${why}` }
}
