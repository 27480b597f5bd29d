import { execFile } from 'node:child_process'
import { chmod, cp, mkdir, readFile, rm, stat } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { promisify } from 'node:util'

/**
 * Bundles the programs and copies them to `target`, with the chunks that they load: what only others load, such as the
 * demo, is left out. `scratch`: a directory that is not there yet.
 */
export async function installPrograms(root, programs, scratch, target) {
  await promisify(execFile)(process.execPath, [join(root, '.build.mjs'), scratch])
  const loaded = await loadedFrom(programs.map(name => join(scratch, `${name}.mjs`)))
  for (const path of loaded)
    for (const part of [path, `${path}.LEGAL.txt`])
      if (await isFile(part)) await install(part, join(target, relative(scratch, part)))
  await cp(join(scratch, 'node_modules'), join(target, 'node_modules'), {
    recursive: true,
    filter: path => !/(jest\.config\.js|LICENSE)$/.test(path),
  })
  await install(join(scratch, 'master-is-named'), join(target, 'master-is-named'))
  for (const name of programs) await chmod(join(target, `${name}.mjs`), 0o755)
  await rm(scratch, { recursive: true })
}

async function loadedFrom(entries) {
  const found = new Set(entries)
  // A set goes on to what is added while it is walked through.
  for (const path of found)
    for (const [, name] of (await readFile(path, 'utf8')).matchAll(/["'](\.{1,2}\/[\w./-]+\.mjs)["']/g)) {
      const other = resolve(dirname(path), name)
      if (await isFile(other)) found.add(other)
    }
  return found
}

async function isFile(path) {
  return stat(path).then(
    found => found.isFile(),
    () => false,
  )
}

async function install(from, to) {
  await mkdir(dirname(to), { recursive: true })
  await cp(from, to)
}
