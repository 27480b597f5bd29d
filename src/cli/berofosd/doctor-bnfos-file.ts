import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { DeviceSettings } from '../../core/settings.ts'
import type { Item } from './doctor-items.ts'

/** The group that the daemon runs in. */
const daemonGroup = 'berofosd'

// chmod(2)
const groupRead = 0o040
const othersRead = 0o004
const othersWrite = 0o022

/** Owner and mode of bnfos.conf, which holds logins; none when there is no such file. */
export async function bnfosFileItem(
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
