import { accessSync, constants } from 'node:fs'

/**
 * Option `skip` of a test that needs programs of the system: `{ skip: needs('rsyslogd') }`. With
 * BEROFOSD_TEST_ALL=1 nothing is skipped, so that what is absent fails.
 */
export function needs(...programs: string[]): string | false {
  if (process.env.BEROFOSD_TEST_ALL === '1') return false
  const missing = programs.filter(program => !inPath(program))
  return missing.length > 0 && `not installed here: ${missing.join(', ')}`
}

/** Daemons stand in sbin, which is not in everybody's PATH. */
export function inPath(program: string): string | null {
  const directories = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin']
  return directories.map(directory => `${directory}/${program}`).find(isExecutable) ?? null
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
