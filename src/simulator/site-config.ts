import { constants } from 'node:fs'
import { lstat, mkdir, open, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { SiteParts } from './site-parts.ts'

/** Section → key → value, over what the site would write; null in place of a section leaves it out. */
export type Overrides = Readonly<Record<string, Readonly<Record<string, string | number>> | null>>

/** Where the two files are. */
export interface SiteFiles {
  readonly configFile: string
  readonly bnfosFile: string
  readonly controlSocket: string
  readonly stateDirectory: string
}

type Sections = Record<string, Record<string, string | number>>

const bypassSections = { site: { kind: 'bypass' }, bypass: { kick: '1s', watchdog: '5s' } }

/** What a device of such a site needs, as `doctor` wants it. */
export const bypassValues = {
  scenario: '1',
  modedef: '0',
  wdog: '1',
  wdogdef: '1',
  wdogstate: '1',
  wdogitime: '5',
} as const

/**
 * Short times, so that a demonstration needs no patience. No ping: an address on loopback always answers.
 * With `directory` the socket and the state are in there, else in their usual places.
 */
export function berofosdConf(
  { kind, relays, master }: SiteParts,
  directory: string | null,
  overrides: Overrides,
): string {
  const { tcp, http, sip } = master.endpoints
  const pace = { interval: '1s', timeout: '1s', fall: 3, rise: 3 }
  const sections: Sections = {
    ...(kind === 'bypass' ? bypassSections : { master: { host: tcp.address } }),
    'check.sip': { type: 'sip', host: sip.address, port: sip.port, ...pace },
    'check.web': { type: 'http', url: `http://${http.address}:${http.port}/`, ...pace },
    'check.tcp': { type: 'tcp', host: tcp.address, port: tcp.port, ...pace },
    failback: { stable_for: '10s' },
    relays: { timeout: '1s', audit_interval: '5s' },
    log: { syslog: 'none' },
    ...(directory === null
      ? {}
      : {
          control: { socket: join(directory, 'control.sock') },
          state: { directory: join(directory, 'state') },
        }),
  }
  for (const { name, port } of relays) if (port !== 80) sections[`relay.${name}`] = { port }
  for (const [name, keys] of Object.entries(overrides)) {
    if (keys === null) delete sections[name]
    else sections[name] = { ...sections[name], ...keys }
  }
  return iniText(sections)
}

export function bnfosConf({ relays }: SiteParts): string {
  const sections = relays.map(({ name, host, login, device }): [string, Record<string, string>] => [
    name,
    { mac: device.mac, host, ...(login === null ? {} : { login }) },
  ])
  return iniText(Object.fromEntries(sections))
}

/** Writes both files; makes the directory and the one for the state. */
export async function writeFiles(
  site: SiteParts,
  directory: string,
  overrides: Overrides,
): Promise<SiteFiles> {
  const files = filesIn(directory)
  await mkdir(files.stateDirectory, { recursive: true, mode: 0o700 })
  await writeOwn(files.configFile, mark + berofosdConf(site, directory, overrides), 0o644)
  await writeOwn(files.bnfosFile, mark + bnfosConf(site), 0o640)
  return files
}

/**
 * Why nothing may be written there, as a clause: a directory or a link of somebody else, or a file that a simulator did
 * not write and that may hold somebody's logins. null: it may.
 */
export async function filesOfOthersIn(directory: string): Promise<string | null> {
  const uid = process.getuid?.() ?? 0
  const { configFile, bnfosFile, ...places } = filesIn(directory)
  for (const path of [directory, places.stateDirectory, configFile, bnfosFile]) {
    const there = await lstat(path).catch(() => null)
    if (there !== null && there.uid !== uid) return `${path} belongs to somebody else`
    if (there?.isSymbolicLink() && path !== directory) return `${path} is a link`
    const behind = there?.isSymbolicLink() ? await stat(path).catch(() => null) : there
    if (behind !== null && behind.uid !== uid) return `${path} leads to what belongs to somebody else`
  }
  const foreign = await foreignFileIn(directory)
  return foreign && `${foreign} was not written by simulate`
}

async function foreignFileIn(directory: string): Promise<string | null> {
  for (const file of Object.values(configFilesIn(directory))) {
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => error)
    const absent = text instanceof Error && (text.code === 'ENOENT' || text.code === 'ENOTDIR')
    const ours = typeof text === 'string' && text.startsWith(mark)
    if (!absent && !ours) return file
  }
  return null
}

/** A link that was put there meanwhile is not followed. */
async function writeOwn(path: string, text: string, mode: number): Promise<void> {
  const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants
  const file = await open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode)
  try {
    await file.writeFile(text)
  } finally {
    await file.close()
  }
}

function filesIn(directory: string): SiteFiles {
  return {
    ...configFilesIn(directory),
    controlSocket: join(directory, 'control.sock'),
    stateDirectory: join(directory, 'state'),
  }
}

const mark = '; written by berofosd simulate, which writes over it\n'

function configFilesIn(directory: string): Pick<SiteFiles, 'configFile' | 'bnfosFile'> {
  return { configFile: join(directory, 'berofosd.conf'), bnfosFile: join(directory, 'bnfos.conf') }
}

function iniText(sections: Readonly<Sections>): string {
  const texts = Object.entries(sections).map(([name, keys]) =>
    [`[${name}]`, ...Object.entries(keys).map(([key, value]) => `${key} = ${value}`), ''].join('\n'),
  )
  return texts.join('\n')
}
