import { realpath } from 'node:fs/promises'
import { readBnfos } from '../../config/bnfos-file.ts'
import { problemTexts } from '../../config/problem.ts'
import { readBounded } from '../../config/read-bounded.ts'
import type { DeviceSettings } from '../../core/settings.ts'
import { type Found, type Move, mergeDevices } from './conf-merge.ts'
import { replaceFile } from './replace-file.ts'

export interface Updated {
  readonly ok: boolean
  /** What was done, or why it was not. */
  readonly lines: readonly string[]
}

/**
 * Brings bnfos.conf up to date, whole or not at all, and keeps what it was in FILE.bak. `mayMove` is asked before a
 * device of the file gets another address. Never rejects.
 */
export async function updateFile(
  file: string,
  found: readonly Found[],
  mayMove: (move: Move) => Promise<boolean> = async () => true,
): Promise<Updated> {
  // A link stays one: what it leads to is replaced.
  const path = await realpath(file).catch(() => file)
  const reading = await readBounded(path)
  if (reading.kind === 'unreadable') return { ok: false, lines: [`bnfos: ${file}: ${reading.what}`] }
  const before = reading.kind === 'content' ? Buffer.from(reading.content) : null
  const broken = before ? readBnfos(before).problems : []
  // A device whose lines can't be understood would be added once more.
  const add = broken.length === 0
  const keep = new Set<string>()
  for (const move of mergeDevices(before ?? Buffer.alloc(0), found, { add }).moves)
    if (!(await mayMove(move))) keep.add(move.mac)
  const { content, changes, left } = mergeDevices(before ?? Buffer.alloc(0), found, { add, keep })
  const same = before?.equals(content) ?? false
  const failure = (before && (await backUp(path, before, same))) ?? (await replaceFile(path, content))
  if (failure !== null) return { ok: false, lines: [`bnfos: ${failure}`] }
  const { problems, devices } = readBnfos(content)
  const what = same ? `${file} is ${add ? 'up to date' : 'as it was'}` : `${file} is written`
  const missing = left.map(({ mac, address }) => `bnfos: ${mac} at ${address} is not added: ${correctFirst}`)
  const shared = sharedHosts(devices)
  const hints = [...shared, ...problemTexts(file, problems), ...missing]
  return { ok: problems.length + shared.length === 0, lines: [...changes, what, ...hints] }
}

const correctFirst = 'it may be that of a section with a mistake, correct that first'

/** When nothing changes, the older backup is worth more than the same once again. */
async function backUp(path: string, before: Buffer, same: boolean): Promise<string | null> {
  const backup = `${path}.bak`
  if (same && (await readBounded(backup)).kind === 'content') return null
  return replaceFile(backup, before, { like: path })
}

/** A berofos that replaces another at the same address leaves two sections, and both would be driven. */
function sharedHosts(devices: readonly DeviceSettings[]): string[] {
  return devices.flatMap(({ name, host }, index) => {
    const first = devices.slice(0, index).find(each => host !== null && each.host === host)
    return first
      ? [
          `bnfos: ${first.name} and ${name} have the same host, which berofosd refuses: remove the one that is gone`,
        ]
      : []
  })
}
