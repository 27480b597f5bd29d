import type { DeviceSettings } from '../core/settings.ts'
import { readBnfos } from './bnfos-file.ts'
import { firstOf, type Problem, printableName, problemText, problemTexts } from './problem.ts'
import { readBounded, tooLarge } from './read-bounded.ts'

/** A section of bnfos.conf for a device, of whatever name, which is printable here. Port 80 and not inverted: only berofosd.conf knows. */
export interface LoadedSection {
  /** What makes no sense in it is null. */
  readonly device: DeviceSettings
  /** Keys of its that make no sense. */
  readonly badKeys: readonly string[]
  /** `FILE:LINE: …`, the ones of `badKeys` among them; empty: it is sound. */
  readonly problems: readonly string[]
}

export type SectionsLoading =
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly problem: string }
  | {
      readonly kind: 'sections'
      readonly sections: readonly LoadedSection[]
      /** Of lines that are nothing and belong to no sound section. */
      readonly problems: readonly string[]
      readonly warnings: readonly string[]
    }

/**
 * Reads bnfos.conf alone, for the drop-ins: a fault in one section is no reason to leave the others alone. Never
 * throws, never waits for a pipe. Nor is a file that is too long: what its first MiB says is taken.
 */
export async function loadSections(file: string): Promise<SectionsLoading> {
  const reading = await readBounded(file, 'cut')
  if (reading.kind === 'absent') return { kind: 'absent' }
  if (reading.kind === 'unreadable')
    return { kind: 'unreadable', problem: problemText(file, { line: null, what: reading.what }) }
  const { sections, strayLines } = readBnfos(reading.content)
  return {
    kind: 'sections',
    sections: sections.map(({ device, problems }) => ({
      device: { ...device, name: printableName(device.name) },
      badKeys: problems.flatMap(({ key }) => key ?? []),
      problems: firstOf(problemTexts(file, problems)),
    })),
    problems: firstOf(problemTexts(file, [...(reading.isCut ? [cutOff] : []), ...strayLines])),
    warnings: problemTexts(
      file,
      fileWarnings(
        file,
        reading.mode,
        sections.map(({ device }) => device),
      ),
    ),
  }
}

const cutOff: Problem = {
  line: null,
  what: `${tooLarge}, and what comes after that is not read: expected nothing but its sections and comments`,
}

/** What is wrong with the file as a whole. `mode`: its permissions. */
export function fileWarnings(file: string, mode: number, devices: readonly DeviceSettings[]): Problem[] {
  return [...emptyWarning(devices), ...worldReadable(file, mode, devices)]
}

function emptyWarning(devices: readonly DeviceSettings[]): Problem[] {
  const what = 'names no device, expected a section such as [fos1]'
  return devices.length === 0 ? [{ line: null, what }] : []
}

/** Read permission for others: chmod(2). */
const othersRead = 0o004

function worldReadable(file: string, mode: number, devices: readonly DeviceSettings[]): Problem[] {
  if ((mode & othersRead) === 0 || devices.every(({ login }) => login === null)) return []
  const cure = `chmod 0640 ${file}, chown root:berofosd ${file}`
  return [{ line: null, what: `is world-readable and holds a login: ${cure}` }]
}
