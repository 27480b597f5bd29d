import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Settings } from '../../core/settings.ts'
import { otherPrograms } from '../../system/other-programs.ts'
import { bnfosFileItem } from './doctor-bnfos-file.ts'
import type { Item } from './doctor-items.ts'
import { addressProblems } from './own-addresses.ts'

export interface NodeFiles {
  readonly bnfosFile: string
  /** The loader's. */
  readonly warnings: readonly string[]
  /** Where /etc and /var are looked for; the file of the devices is where it is named. */
  readonly root?: string
}

/** What is on this node, besides its berofos. Never rejects. */
export async function examineNode(settings: Settings, files: NodeFiles): Promise<Item[]> {
  const { root = '/', bnfosFile, warnings } = files
  const [addresses, bnfos, crons, secondary, programs] = await Promise.all([
    addressProblems(settings),
    bnfosFileItem(bnfosFile, settings.devices, root),
    Promise.all(cronFiles.map(file => cronItem(root, file))),
    secondaryItem(settings.secondaryFile, root),
    otherPrograms(root),
  ])
  // The item of the file says that already.
  const others = warnings.filter(warning => !warning.startsWith(`${bnfosFile}: is world-readable`))
  return [
    ...deviceCountItem(settings, bnfosFile),
    ...addresses.map(
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
