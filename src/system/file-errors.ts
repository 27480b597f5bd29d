/** errno of a file → what it means, and the cure. */
const fileErrors: Readonly<Record<string, readonly [cause: string, cure: string]>> = {
  ENOSPC: ['the disk is full', 'make room'],
  EDQUOT: ['the disk quota is used up', 'make room'],
  EROFS: ['the file system is read-only', 'remount it writable'],
  ENOENT: ['no such file or directory', 'create the directory'],
  ENOTDIR: ['a part of the path is not a directory', 'correct the path'],
  EACCES: ['permission denied', 'give this user access'],
  EPERM: ['not permitted', 'give this user access'],
  EISDIR: ['it is a directory', 'correct the path'],
  EIO: ['the disk fails', 'replace it'],
  EMFILE: ['too many open files', 'raise LimitNOFILE'],
}

/** `the disk is full; make room`. `cures`: those that differ for this caller. null: not a known error of a file. */
export function fileErrorText(code: string, cures: Readonly<Record<string, string>> = {}): string | null {
  const row = Object.hasOwn(fileErrors, code) ? fileErrors[code] : undefined
  return row ? `${row[0]}; ${cures[code] ?? row[1]}` : null
}
