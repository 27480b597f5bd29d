import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Programs of ours whose names others have too. */
const names = ['xivo-berofos', 'bnfos', 'berofosd'] as const

/** Where root's shell and cron look, in this order: login.defs(5), crontab(5). */
const directories = ['usr/local/sbin', 'usr/local/bin', 'usr/sbin', 'usr/bin', 'sbin', 'bin']

/** A job file of a few lines; one that is larger is not one for people. */
const largestJobs = 64 * 1024

/**
 * Programs that have the name of one of ours, and the cron jobs that run one: they move the relays beside the daemon, or
 * are run in place of ours. What may not be read is passed over. Never rejects.
 * @param root where /usr and /etc are looked for
 * @param ownDirectory where our programs are, links followed
 * @returns a sentence each, with the cure
 */
export async function otherPrograms(
  root = '/',
  ownDirectory = directoryOf(process.argv[1]),
): Promise<string[]> {
  const own = await ownDirectory
  const paths = directories.flatMap(directory => names.map(name => join(root, directory, name)))
  const found = await Promise.all(paths.map(path => foreign(path, own)))
  // /bin may be a link to /usr/bin.
  const targets = new Map<string, string>()
  for (const each of found) if (each && !targets.has(each.target)) targets.set(each.target, each.path)
  const others = [...targets.values()]
  return [...others.map(otherText), ...(await jobsThatRun(others, root))]
}

async function directoryOf(program: string | undefined): Promise<string> {
  return program === undefined ? '' : dirname(await realpath(program).catch(() => program))
}

async function foreign(path: string, own: string): Promise<{ path: string; target: string } | null> {
  try {
    const target = await realpath(path)
    const { mode } = await stat(target)
    return dirname(target) === own || (mode & 0o111) === 0 ? null : { path, target }
  } catch {
    return null
  }
}

function otherText(path: string): string {
  return `${path} is another program of this name, which moves relays beside the daemon: remove it`
}

async function jobsThatRun(others: readonly string[], root: string): Promise<string[]> {
  if (others.length === 0) return []
  const files = await jobFiles(root)
  const found = await Promise.all(files.map(async file => ((await runs(file, others)) ? [file] : [])))
  return found.flat().map(file => `${file} runs such a program: remove the job`)
}

async function jobFiles(root: string): Promise<string[]> {
  const places = ['etc/cron.d', 'etc/cron.hourly', 'etc/cron.daily', 'var/spool/cron/crontabs']
  const lists = await Promise.all(
    places.map(async place => {
      const path = join(root, place)
      return (await readdir(path).catch(() => [])).map(name => join(path, name))
    }),
  )
  return [join(root, 'etc/crontab'), ...lists.flat()]
}

async function runs(file: string, others: readonly string[]): Promise<boolean> {
  try {
    const { size } = await stat(file)
    if (size > largestJobs) return false
    const lines = (await readFile(file, 'utf8')).split('\n').filter(line => !/^\s*#/.test(line))
    const words = lines.flatMap(line => line.split(/[\s;&|"'()]+/))
    return words.some(word => others.some(path => path.endsWith(`/${word.replace(/^.*\//, '')}`)))
  } catch {
    return false
  }
}
