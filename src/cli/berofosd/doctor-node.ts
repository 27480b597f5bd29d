import { access, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { DeviceSettings, Settings } from '../../core/settings.ts'
import { otherPrograms } from '../../system/other-programs.ts'
import type { Item } from './doctor-items.ts'
import { hookItems, serviceItems, stateDirectoryItem, witnessItems } from './doctor-surroundings.ts'
import { examineAddresses } from './own-addresses.ts'

interface NodeFiles {
  readonly bnfosFile: string
  /** The loader's. */
  readonly warnings: readonly string[]
  /** What systemd says of the service; absent: it is not asked. */
  readonly service?: Readonly<Record<string, string>>
  /** Where /etc and /var are looked for; the file of the devices is where it is named. */
  readonly root?: string
}

/** What is on this node, besides its berofos. Never rejects. */
export async function examineNode(settings: Settings, files: NodeFiles): Promise<Item[]> {
  const { root = '/', bnfosFile, warnings, service = {} } = files
  const [addresses, bnfos, crons, secondary, programs, state, hooks, witnesses] = await Promise.all([
    examineAddresses(settings),
    bnfosFileItem(bnfosFile, settings.devices, root),
    Promise.all(cronFiles.map(file => cronItem(root, file))),
    secondaryItem(settings.secondaryFile, root),
    otherPrograms(root),
    stateDirectoryItem(settings, root),
    hookItems(settings, root),
    witnessItems(settings),
  ])
  // The item of the file says that already.
  const others = [...warnings, ...addresses.warnings].filter(
    warning => !warning.startsWith(`${bnfosFile}: is world-readable`),
  )
  return [
    ...deviceCountItem(settings, bnfosFile),
    ...addresses.problems.map(
      ({ at, is, expected }): Item => ({
        item: at,
        is,
        needs: expected,
        verdict: 'bad',
        cure: `${at}: ${is}, name ${expected}`,
      }),
    ),
    ...bnfos,
    ...crons.flat(),
    ...programs.map(programItem),
    ...serviceItems(service),
    state,
    ...hooks,
    ...witnesses,
    secondary,
    ...others.map(
      (cure): Item => ({ item: 'configuration', is: 'odd', needs: 'plain', verdict: 'advice', cure }),
    ),
  ]
}

function programItem(cure: string): Item {
  return { item: 'other program', is: 'present', needs: 'absent', verdict: 'bad', cure }
}

function deviceCountItem({ devices }: Settings, bnfosFile: string): Item[] {
  if (devices !== null && devices.length > 0) return []
  const cure = devices === null ? `${bnfosFile} does not exist` : `${bnfosFile} names no device`
  return [{ item: 'berofos', is: 'not configured', needs: 'configured', verdict: 'bad', cure }]
}

/** Those of XiVO and of Wazo: every minute a script that decides on its own. */
const cronFiles = ['etc/cron.d/xivo-ha-slave', 'etc/cron.d/wazo-ha-slave']

async function cronItem(root: string, file: string): Promise<Item[]> {
  const path = join(root, file)
  const text = await readFile(path, 'utf8').catch(error => (error.code === 'ENOENT' ? '' : null))
  const jobs =
    text === null || text.split('\n').some(line => /^[^#\s]/.test(line.trim()) && !isVariable(line))
  if (!jobs) return []
  const cure = `${path} decides besides berofosd: let [hooks] do what else it does, then remove it`
  return [{ item: 'old cron job', is: 'present', needs: 'absent', verdict: 'bad', cure }]
}

/** crontab(5): `PATH=…` starts nothing. */
function isVariable(line: string): boolean {
  return /^\s*\w+\s*=/.test(line)
}

/** Where Wazo says that a node is the secondary. */
const wazoFile = 'var/lib/wazo/is-secondary'

async function secondaryItem(secondaryFile: string | null, root: string): Promise<Item> {
  const item = 'secondary_file'
  if (secondaryFile === null) {
    const there = await exists(join(root, wazoFile))
    const cure = there
      ? `/${wazoFile} is there: [node] secondary_file can name it`
      : `/${wazoFile} is not there either`
    return { item, is: 'not configured', needs: 'as you like', verdict: 'good', cure }
  }
  if (await exists(secondaryFile))
    return { item, is: 'present', needs: 'present', verdict: 'good', cure: null }
  const cure = `${secondaryFile} is missing: this node is passive and drives no relay`
  return { item, is: 'missing', needs: 'present', verdict: 'advice', cure }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

/** The group that the daemon runs in. */
const daemonGroup = 'berofosd'

// chmod(2)
const groupRead = 0o040
const othersRead = 0o004
const othersWrite = 0o022

/** Owner and mode of bnfos.conf, which holds logins; none when there is no such file. */
async function bnfosFileItem(
  file: string,
  devices: readonly DeviceSettings[] | null,
  root: string,
): Promise<Item[]> {
  const status = await stat(file).catch(() => null)
  if (status === null) return []
  const [users, groups] = await Promise.all([idsIn(root, 'passwd'), idsIn(root, 'group')])
  const mode = status.mode & 0o7777
  const group = groups.get(daemonGroup)
  const wanted = `root:${group === undefined ? 'root' : daemonGroup}`
  const is = `${nameOf(users, status.uid)}:${nameOf(groups, status.gid)} ${octal(mode)}`
  const login = devices?.some(({ login }) => login !== null) ?? false
  const faults = [
    ...when(login && (mode & othersRead) !== 0, 'everybody may read the login in it'),
    ...when((mode & othersWrite) !== 0, 'others may write to it'),
    ...when(status.uid !== 0, 'it is not owned by root'),
    ...when(
      group !== undefined && !daemonMayRead(mode, status.gid === group),
      `the group ${daemonGroup} may not read it`,
    ),
  ]
  const cure = `${faults.join(', ')}: chown ${wanted} ${file}, chmod 0640 ${file}`
  const good = faults.length === 0
  return [
    {
      item: 'bnfos.conf',
      is,
      needs: `${wanted} 0640`,
      verdict: good ? 'good' : 'advice',
      cure: good ? null : cure,
    },
  ]
}

function daemonMayRead(mode: number, itsGroup: boolean): boolean {
  return (mode & othersRead) !== 0 || (itsGroup && (mode & groupRead) !== 0)
}

/** passwd(5), group(5): name → number. */
async function idsIn(root: string, name: 'passwd' | 'group'): Promise<ReadonlyMap<string, number>> {
  const text = await readFile(join(root, 'etc', name), 'utf8').catch(() => '')
  const rows = text.split('\n').map(line => line.split(':'))
  return new Map(rows.flatMap(([id = '', , number]) => (number ? [[id, Number(number)]] : [])))
}

function nameOf(ids: ReadonlyMap<string, number>, id: number): string {
  return [...ids].find(([, number]) => number === id)?.[0] ?? String(id)
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0')
}

function when(holds: boolean, fault: string): string[] {
  return holds ? [fault] : []
}
