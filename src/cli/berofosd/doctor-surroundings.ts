import { stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { Settings } from '../../core/settings.ts'
import { firstToAnswer } from '../../probes/ping.ts'
import { systemClock } from '../../system/clock.ts'
import type { Item } from './doctor-items.ts'
import { serviceFaults } from './why-none.ts'

/** What the daemon leans on, on this node and around it. None of these ever rejects. */

/** @param said what `systemctl show` says of the unit; empty: there is no systemd, and nothing to say */
export function serviceItems(said: Readonly<Record<string, string>>): Item[] {
  const { ActiveState: is } = said
  if (is === undefined) return []
  const item = 'service'
  const faults = serviceFaults(said).map(({ text, ...fault }): Item => ({ item, ...fault, cure: text }))
  const isTold = is === 'active' || faults.some(({ needs }) => needs === 'active')
  const cure = "the service does not run: 'systemctl start berofosd'"
  if (!isTold) faults.push({ item, is, needs: 'active', verdict: 'bad', cure })
  return faults.length > 0 ? faults : [{ item, is, needs: 'active', verdict: 'good', cure: null }]
}

/** Three quick pings. */
const witnessMs = 1500

/** Each witness, asked now: one that never answers proves nothing when it counts. */
export function witnessItems({ witnesses }: Settings): Promise<Item[]> {
  return Promise.all(
    witnesses.map(async host => {
      const answered = await firstToAnswer([host], witnessMs, systemClock, new AbortController().signal)
      const item = { item: `witness ${host}`, needs: 'answers ping' }
      if (answered !== null) return { ...item, is: 'answers', verdict: 'good', cure: null }
      const cure = `${host} does not answer ping from here: a witness that is always silent proves nothing, name another in [isolation]`
      return { ...item, is: 'silent', verdict: 'advice', cure }
    }),
  )
}

/** State and history together take less than 1 MB; a copy of each is written before the old one goes. */
const leastFreeBytes = 16 * 1024 * 1024
// chmod(2)
const othersAll = 0o077

/** Where the daemon keeps what has to outlive a restart. */
export async function stateDirectoryItem({ stateDirectory }: Settings, root: string): Promise<Item> {
  const path = join(root, stateDirectory)
  const item = { item: 'state directory', needs: '0700' }
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => error)
  if (found instanceof Error) {
    const isMissing = found.code === 'ENOENT'
    const cure = isMissing ? `${path} is missing: the unit makes it at its start` : `${path}: ${found.code}`
    return {
      ...item,
      is: isMissing ? 'missing' : 'not to be read',
      verdict: isMissing ? 'advice' : 'unknown',
      cure,
    }
  }
  if (!found.isDirectory()) {
    const cure = `${path} is no directory: nothing can be saved; move it away`
    return { ...item, is: 'no directory', verdict: 'bad', cure }
  }
  const mode = (found.mode & 0o7777).toString(8).padStart(4, '0')
  const disk = await statfs(path).catch(() => null)
  const free = disk === null ? Number.POSITIVE_INFINITY : disk.bavail * disk.bsize
  if (free < leastFreeBytes) {
    const cure = `${path} has ${Math.floor(free / 1024 / 1024)} MB left: an order may not outlive a restart; make room`
    return { ...item, is: 'full', verdict: 'bad', cure }
  }
  if ((found.mode & othersAll) !== 0)
    return { ...item, is: mode, verdict: 'advice', cure: `others may enter it: chmod 0700 ${path}` }
  return { ...item, is: mode, verdict: 'good', cure: null }
}

/** Where systemd finds units: systemd.unit(5). */
const unitDirectories = [
  'etc/systemd/system',
  'run/systemd/system',
  'usr/lib/systemd/system',
  'lib/systemd/system',
]

/** What of each hook can be seen to fail before it is needed. */
export async function hookItems({ hooks }: Settings, root: string): Promise<Item[]> {
  const { before_slave, after_slave, before_master, after_master } = hooks
  const lines = Object.entries({ before_slave, after_slave, before_master, after_master })
  const found = await Promise.all(
    lines.map(([name, line]) => (line === null ? [] : itemsOfHook(name, line, root))),
  )
  return found.flat()
}

async function itemsOfHook(name: string, line: string, root: string): Promise<Item[]> {
  const item = `hook ${name}`
  const units = unitsIn(line)
  const missing = await Promise.all(units.map(async unit => ((await isUnit(unit, root)) ? [] : [unit])))
  const faults: Item[] = missing.flat().map(unit => {
    const cure = `systemd has no ${unit}: the hook will fail; install it, or correct [hooks] ${name}`
    return { item, is: `starts ${unit}`, needs: 'present', verdict: 'bad', cure }
  })
  if (/(^|[\s;&|])sudo\s/.test(line))
    faults.push({
      ...{ item, is: 'calls sudo', needs: 'no sudo', verdict: 'bad' },
      cure: `sudo gains nothing under the unit's NoNewPrivileges: let the hook start a unit of its own`,
    })
  if (/(^|[\s;&|/])(mail|mailx|sendmail)\s/.test(line))
    faults.push({
      ...{ item, is: 'sends mail', needs: 'no local mail', verdict: 'advice' },
      cure: 'local mail hangs or is lost in the sandbox of the unit: use [alert] mail_to',
    })
  if (faults.length > 0) return faults
  const is = units.length > 0 ? `starts ${units.join(', ')}` : 'set'
  return [{ item, is, needs: 'sound', verdict: 'good', cure: null }]
}

/** The units that a command line has systemctl start or stop. */
function unitsIn(line: string): string[] {
  const calls = line.matchAll(
    /\bsystemctl\b((?:\s+-[^\s;&|]+)*)\s+(?:start|stop|restart|isolate)((?:\s+[^\s;&|]+)+)/g,
  )
  const words = [...calls].flatMap(([, , rest = '']) => rest.trim().split(/\s+/))
  const names = words.filter(word => /^[\w@.:-]+$/.test(word) && !word.startsWith('-'))
  return names.map(name => (/\.[a-z]+$/.test(name) ? name : `${name}.service`))
}

async function isUnit(unit: string, root: string): Promise<boolean> {
  const template = unit.replace(/@[^.]*\./, '@.')
  const files = unitDirectories.flatMap(directory =>
    [unit, template].map(name => join(root, directory, name)),
  )
  const found = await Promise.all(files.map(file => stat(file).catch(() => null)))
  return found.some(Boolean)
}
