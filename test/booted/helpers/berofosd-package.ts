import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { must } from './command.ts'

/** Builds the package into the directory. Returns its path. */
export async function buildPackage(directory: string): Promise<string> {
  const printed = await must(process.execPath, ['--import', 'tsx', 'src/build/deb.ts', directory], {
    timeoutMs: 300_000,
  })
  return printed.split('\n')[0] ?? ''
}

/** The same package in a later version. Returns its path. */
export async function laterPackage(file: string, directory: string): Promise<string> {
  const tree = join(directory, 'later')
  await must('dpkg-deb', ['--raw-extract', file, tree])
  const control = join(tree, 'DEBIAN/control')
  const text = await readFile(control, 'utf8')
  await writeFile(control, text.replace(/^Version: (.*)$/m, 'Version: $1+later'))
  const later = join(directory, 'berofosd_later.deb')
  await must('dpkg-deb', ['--root-owner-group', '-Znone', '--build', tree, later])
  return later
}
