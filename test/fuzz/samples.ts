import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The bytes of a file of the project. */
export function sample(file: string): Buffer {
  return readFileSync(join(import.meta.dirname, '../..', file))
}

/** All files of a folder that end so. */
export function samples(folder: string, end: string): Buffer[] {
  const names = readdirSync(join(import.meta.dirname, '../..', folder)).sort()
  return names.filter(name => name.endsWith(end)).map(name => sample(join(folder, name)))
}
