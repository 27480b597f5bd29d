import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import ts from 'typescript-api'
import { checkTypes } from '../../src/config/check-rows.ts'

/** The rules for imports and files: test/architecture.test.ts checks src against them, docs/architecture.md prints them. */

interface ModuleRow {
  readonly holds: string
  /** Modules it may import besides itself. */
  readonly imports: readonly string[]
  /** Nothing from outside: no npm package, no module of Node. */
  readonly pure?: boolean
}

const moduleTable: Readonly<Record<string, ModuleRow>> = {
  core: { holds: 'what is decided: facts, rules, phases, effects', imports: [], pure: true },
  net: { holds: 'what every connection needs: name look-ups, deadlines, lines, error texts', imports: [] },
  berofos: { holds: 'one device, over HTTP and GBL4', imports: ['net'] },
  system: {
    holds: 'adapters of the operating system: clock, log, service manager, commands, files',
    imports: ['net'],
  },
  probes: {
    holds: `one probe of the master: ${checkTypes.join(', ')}`,
    imports: ['core', 'net', 'system'],
  },
  config: { holds: 'reads both files: settings, or all problems at once', imports: ['core'] },
  relays: {
    holds: 'all devices together; each has a loop of its own',
    imports: ['core', 'berofos', 'net', 'system'],
  },
  alerts: {
    holds: 'alerts by command, HTTP and mail, and the heartbeat; one queue each',
    imports: ['core', 'net', 'probes', 'system'],
  },
  control: { holds: "the operator's socket: messages, server, client", imports: ['core', 'net', 'system'] },
  simulator: {
    holds: 'virtual devices and a virtual master with faults',
    imports: ['berofos', 'probes', 'system'],
  },
  status: { holds: 'what `status --json` says: its shape, its reader, its headline', imports: ['core'] },
  web: { holds: 'a read-only HTTP server', imports: ['system'] },
  daemon: {
    holds: 'the event loop; carries out effects, reports events',
    imports: [
      ...[
        'core',
        'berofos',
        'relays',
        'probes',
        'config',
        'control',
        'net',
        'status',
        'system',
        'web',
        'alerts',
      ],
    ],
  },
  cli: {
    holds: 'commands, options, help, tables on the terminal and in the browser',
    imports: [
      'core',
      'alerts',
      'berofos',
      'relays',
      'probes',
      'config',
      'control',
      'daemon',
      'net',
      'simulator',
      'status',
      'system',
      'web',
    ],
  },
  bin: { holds: 'the programs, a few lines each', imports: ['cli', 'system'] },
  build: { holds: 'what builds the packages; never part of them', imports: ['cli'] },
}

/** Each npm package has one adapter: the only files that may import it. A new one needs a row, and a reason. */
export const adapterTable: Readonly<Record<string, readonly string[]>> = {
  ini: ['config/ini-file.ts'],
  koffi: ['system/libc.ts'],
  nodemailer: ['alerts/mail.ts'],
  'node-cron': ['daemon/cron-dates.ts'],
  undici: ['probes/http.ts'],
  winston: ['system/logger.ts'],
  'winston-syslog': ['system/syslog-transport.ts'],
  zod: ['config/berofosd-schema.ts', 'control/messages.ts'],
}

/** The same for packages that only build the programs, and run in none. */
const buildAdapterTable: Readonly<Record<string, readonly string[]>> = { esbuild: ['build/bundles.ts'] }

const longestFile = 250
const longestProgram = 6
/** Names that could hold anything, and so say nothing. */
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

/** Every violation of the rules, one sentence each. */
export function violationsOf(files: readonly SourceFile[]): string[] {
  return [
    ...files.flatMap(file => [...shapeViolations(file), ...importViolations(file)]),
    ...cycleViolations(files),
  ]
}

/** What a file imports, however: from, export from, import(), types. */
export function importsOf(text: string): string[] {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName)
}

function shapeViolations({ path, text }: SourceFile): string[] {
  const lines = text.trimEnd().split('\n').length
  const most = moduleOf(path) === 'bin' ? longestProgram : longestFile
  const names = path.replace(/\.ts$/, '').split('/')
  return [
    ...(lines > most ? [`${path}: ${lines} lines, at most ${most}`] : []),
    ...names.filter(name => emptyNames.test(name)).map(name => `${path}: "${name}" says nothing`),
    ...(/^\s*export\s+default\b/m.test(text) ? [`${path}: a default export`] : []),
  ]
}

function importViolations({ path, text }: SourceFile): string[] {
  const module = moduleOf(path)
  const row = moduleTable[module]
  if (!row) return [`${path}: "${module}" is not a module of the table`]
  return importsOf(text).flatMap(target =>
    target.startsWith('.') ? insideViolation(path, target) : outsideViolation(path, target),
  )
}

function insideViolation(path: string, target: string): string[] {
  const found = relative('.', join(dirname(path), target))
  // package.json, for the version.
  if (found === '../package.json') return moduleOf(path) === 'cli' ? [] : [`${path}: imports package.json`]
  if (found.startsWith('..')) return [`${path}: imports ${target}, which is not in src`]
  const [from, to] = [moduleOf(path), moduleOf(found)]
  if (from === to || moduleTable[from]?.imports.includes(to)) return []
  return [`${path}: ${from} may not import ${to} (${target})`]
}

function outsideViolation(path: string, target: string): string[] {
  if (moduleTable[moduleOf(path)]?.pure) return [`${path}: ${moduleOf(path)} is pure, but imports ${target}`]
  if (target.startsWith('node:')) return []
  const name = target.split('/', target.startsWith('@') ? 2 : 1).join('/')
  const adapters = adapterTable[name] ?? buildAdapterTable[name]
  if (!adapters) return [`${path}: imports ${name}, which has no adapter`]
  return adapters.includes(path) ? [] : [`${path}: imports ${name}, whose adapter is ${adapters.join(', ')}`]
}

/** Files that need each other, types included: none of them can be read first. */
function cycleViolations(files: readonly SourceFile[]): string[] {
  const needs = new Map(
    files.map(({ path, text }) => [
      path,
      importsOf(text)
        .filter(target => target.startsWith('.'))
        .map(target => relative('.', join(dirname(path), target))),
    ]),
  )
  const known = new Set<string>()
  const cycles: string[] = []
  const visit = (path: string, way: readonly string[]) => {
    if (way.includes(path))
      cycles.push(`${[...way.slice(way.indexOf(path)), path].join(' → ')}: an import cycle`)
    if (known.has(path)) return
    known.add(path)
    for (const next of needs.get(path) ?? []) visit(next, [...way, path])
  }
  for (const { path } of files) visit(path, [])
  return cycles
}

function moduleOf(path: string): string {
  return path.split('/')[0] ?? ''
}

/** The two tables, for docs/architecture.md. */
export function moduleTables(): string {
  const modules = Object.entries(moduleTable).map(([name, { holds, imports, pure }]) => {
    const may = imports.length > 0 ? imports.join(', ') : `nothing${pure ? ', no package, no `node:`' : ''}`
    return `| \`${name}\` | ${holds} | ${may} |`
  })
  const adapters = Object.entries(adapterTable).map(
    ([name, files]) => `| ${name} | ${files.map(file => `\`${file}\``).join(', ')} |`,
  )
  return [
    '| module | holds | may import |',
    '|---|---|---|',
    ...modules,
    '',
    '| package | adapter |',
    '|---|---|',
    ...adapters,
  ].join('\n')
}
