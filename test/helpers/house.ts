import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import ts from 'typescript'

/** The rules of the house: test/architecture.test.ts holds src to them, docs/architecture.md prints them. */

export interface RoomRow {
  readonly holds: string
  /** Rooms it may import besides itself. */
  readonly imports: readonly string[]
  /** Nothing from outside: no npm package, no module of Node. */
  readonly pure?: boolean
}

export const roomTable: Readonly<Record<string, RoomRow>> = {
  core: { holds: 'what is decided: facts, the role table, effects', imports: [], pure: true },
  berofos: { holds: 'one device, over HTTP and GBL4', imports: [] },
  system: {
    holds: 'doors to the operating system: clock, log, service manager, commands, files',
    imports: [],
  },
  probes: { holds: 'one try to reach the master: ping, tcp, http, sip', imports: ['core', 'system'] },
  config: { holds: 'both files: text to settings, or all problems at once', imports: ['core'] },
  relays: {
    holds: 'all devices as one, each driven by a loop of its own',
    imports: ['core', 'berofos', 'system'],
  },
  control: { holds: "the operator's socket: messages, server, client", imports: ['core', 'system'] },
  simulator: {
    holds: 'virtual devices and a virtual master, with faults',
    imports: ['berofos', 'probes', 'system'],
  },
  status: { holds: 'what `status --json` says: its shape, its reader, its headline', imports: ['core'] },
  web: { holds: 'an HTTP server for pages that only tell', imports: ['system'] },
  daemon: {
    holds: 'the shell: one queue of events, effects into input and output',
    imports: ['core', 'berofos', 'relays', 'probes', 'config', 'control', 'status', 'system', 'web'],
  },
  cli: {
    holds: 'commands, options, help, tables on the terminal and in the browser',
    imports: [
      'core',
      'berofos',
      'relays',
      'probes',
      'config',
      'control',
      'daemon',
      'simulator',
      'status',
      'system',
      'web',
    ],
  },
  bin: { holds: 'the programs, a few lines each', imports: ['cli', 'system'] },
  build: { holds: 'what makes the packages: never part of them', imports: ['cli'] },
}

/** Each npm package has one door: the only files that may import it. A new one needs a row, and a reason. */
export const doorTable: Readonly<Record<string, readonly string[]>> = {
  ini: ['config/ini-file.ts'],
  koffi: ['system/libc.ts'],
  'node-cron': ['daemon/cron-dates.ts'],
  undici: ['probes/http.ts'],
  winston: ['system/logger.ts'],
  'winston-syslog': ['system/syslog-transport.ts'],
  zod: ['config/berofosd-schema.ts', 'control/messages.ts'],
}

/** The same for packages that only build the programs, and run in none. */
const buildDoorTable: Readonly<Record<string, readonly string[]>> = { esbuild: ['build/bundles.ts'] }

export const longestFile = 250
export const longestProgram = 5
/** Names that hold anything, and so say nothing. */
const emptyNames = /^(utils?|lib|types|helpers?|common|misc|.*manager)$/i

export interface SourceFile {
  /** From src: `core/role.ts`. */
  readonly path: string
  readonly text: string
}

export function readSources(): SourceFile[] {
  return readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.ts'))
    .sort()
    .map(path => ({ path, text: readFileSync(join('src', path), 'utf8') }))
}

/** Every breach of the rules, a sentence each. */
export function breachesOf(files: readonly SourceFile[]): string[] {
  return [
    ...files.flatMap(file => [...shapeBreaches(file), ...importBreaches(file)]),
    ...circleBreaches(files),
  ]
}

/** What a file imports, however: from, export from, import(), types. */
export function importsOf(text: string): string[] {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName)
}

function shapeBreaches({ path, text }: SourceFile): string[] {
  const lines = text.trimEnd().split('\n').length
  const most = roomOf(path) === 'bin' ? longestProgram : longestFile
  const names = path.replace(/\.ts$/, '').split('/')
  return [
    ...(lines > most ? [`${path}: ${lines} lines, at most ${most}`] : []),
    ...names.filter(name => emptyNames.test(name)).map(name => `${path}: "${name}" says nothing`),
    ...(/^\s*export\s+default\b/m.test(text) ? [`${path}: a default export`] : []),
  ]
}

function importBreaches({ path, text }: SourceFile): string[] {
  const room = roomOf(path)
  const row = roomTable[room]
  if (!row) return [`${path}: "${room}" is no room of the table`]
  return importsOf(text).flatMap(target =>
    target.startsWith('.') ? insideBreach(path, target) : outsideBreach(path, target),
  )
}

function insideBreach(path: string, target: string): string[] {
  const found = relative('.', join(dirname(path), target))
  // package.json, for the version.
  if (found === '../package.json') return roomOf(path) === 'cli' ? [] : [`${path}: imports package.json`]
  if (found.startsWith('..')) return [`${path}: imports ${target}, which is not in src`]
  const [from, to] = [roomOf(path), roomOf(found)]
  if (from === to || roomTable[from]?.imports.includes(to)) return []
  return [`${path}: ${from} may not import ${to} (${target})`]
}

function outsideBreach(path: string, target: string): string[] {
  if (roomTable[roomOf(path)]?.pure) return [`${path}: ${roomOf(path)} is pure, but imports ${target}`]
  if (target.startsWith('node:')) return []
  const name = target.split('/', target.startsWith('@') ? 2 : 1).join('/')
  const doors = doorTable[name] ?? buildDoorTable[name]
  if (!doors) return [`${path}: imports ${name}, which has no door`]
  return doors.includes(path) ? [] : [`${path}: imports ${name}, whose door is ${doors.join(', ')}`]
}

/** Files that need each other, types included: none of them can be read first. */
function circleBreaches(files: readonly SourceFile[]): string[] {
  const needs = new Map(
    files.map(({ path, text }) => [
      path,
      importsOf(text)
        .filter(target => target.startsWith('.'))
        .map(target => relative('.', join(dirname(path), target))),
    ]),
  )
  const known = new Set<string>()
  const circles: string[] = []
  const visit = (path: string, way: readonly string[]) => {
    if (way.includes(path)) circles.push(`${[...way.slice(way.indexOf(path)), path].join(' → ')}: a circle`)
    if (known.has(path)) return
    known.add(path)
    for (const next of needs.get(path) ?? []) visit(next, [...way, path])
  }
  for (const { path } of files) visit(path, [])
  return circles
}

function roomOf(path: string): string {
  return path.split('/')[0] ?? ''
}

/** The two tables, for docs/architecture.md. */
export function houseTables(): string {
  const rooms = Object.entries(roomTable).map(([name, { holds, imports, pure }]) => {
    const may = imports.length > 0 ? imports.join(', ') : `nothing${pure ? ', no package, no `node:`' : ''}`
    return `| \`${name}\` | ${holds} | ${may} |`
  })
  const doors = Object.entries(doorTable).map(
    ([name, files]) => `| ${name} | ${files.map(file => `\`${file}\``).join(', ')} |`,
  )
  return [
    '| room | holds | may import |',
    '|---|---|---|',
    ...rooms,
    '',
    '| package | door |',
    '|---|---|',
    ...doors,
  ].join('\n')
}
