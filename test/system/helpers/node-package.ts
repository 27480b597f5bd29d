import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { must } from './command.ts'

/** Makes a package `nodejs` of the Node that runs this, so that what depends on one can be installed. Returns its path. */
export async function buildNodePackage(directory: string): Promise<string> {
  const tree = join(directory, 'nodejs')
  await mkdir(join(tree, 'usr/bin'), { recursive: true })
  await mkdir(join(tree, 'DEBIAN'))
  await copyFile(process.execPath, join(tree, 'usr/bin/node'))
  await writeFile(join(tree, 'DEBIAN/control'), await controlFile())
  const file = join(directory, 'nodejs.deb')
  await must('dpkg-deb', ['--root-owner-group', '-Znone', '--build', tree, file])
  return file
}

async function controlFile(): Promise<string> {
  const architecture = (await must('dpkg', ['--print-architecture'])).trim()
  return [
    'Package: nodejs',
    `Version: ${process.versions.node}`,
    `Architecture: ${architecture}`,
    'Maintainer: berofosd tests <berofosd@example.org>',
    'Depends: libc6, libstdc++6',
    'Description: the Node that runs the tests',
    '',
  ].join('\n')
}
