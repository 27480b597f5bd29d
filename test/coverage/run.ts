import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { transformSync } from 'esbuild'
import { toolOptions } from '../../src/build/tool-options.ts'
import { buildPrograms } from '../helpers/programs.ts'
import { type Covered, coverageReport } from './report.ts'

const usage = `npm run coverage -- [--core]
  runs all tests and tells how many branches of src they pass through
  --core   only the tests of the policy, and only src/core`

const { values: options } = toolOptions(usage, { core: { type: 'boolean', default: false } })

process.exitCode = main()

function main(): number {
  const directory = mkdtempSync(join(tmpdir(), 'coverage-'))
  try {
    const status = runTests(directory)
    const summary = JSON.parse(readFileSync(join(directory, 'coverage-summary.json'), 'utf8'))
    const { text, ok } = coverageReport(coveredOf(summary), options.core)
    console.log(text)
    if (status !== 0) console.log(`Tests failed, so the figures are too low:\n${failures(directory)}`)
    return ok && status === 0 ? 0 : 1
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** c8 hands NODE_V8_COVERAGE on to every process that a test starts, also to those that run as another user. */
function runTests(directory: string): number | null {
  const v8 = join(directory, 'v8')
  mkdirSync(v8)
  chmodSync(directory, 0o711)
  chmodSync(v8, 0o1777)
  const c8 = [
    ...['--all', '--src', 'src', '--include', options.core ? 'src/core/**' : 'src/**'],
    ...typesAlone().flatMap(path => ['--exclude', path]),
    ...['--temp-directory', v8, '--no-clean', '--reports-dir', directory],
    ...['--reporter', 'json-summary'],
  ]
  const reporters = [
    ...['--test-reporter', 'dot', '--test-reporter-destination', 'stdout'],
    ...['--test-reporter', 'tap', '--test-reporter-destination', join(directory, 'tests.tap')],
  ]
  const command = [process.execPath, '--import', 'tsx', '--test', ...reporters, ...tests()]
  const programs = buildPrograms('--source-maps')
  const env = { ...process.env, BEROFOSD_PROGRAMS: programs, BEROFOSD_TEST_DEEP: '1' }
  const { status } = spawnSync('node_modules/.bin/c8', [...c8, ...command], { stdio: 'inherit', env })
  rmSync(programs, { recursive: true, force: true })
  return status
}

function failures(directory: string): string {
  const lines = readFileSync(join(directory, 'tests.tap'), 'utf8').split('\n')
  return lines.filter(line => /^ *not ok /.test(line)).join('\n')
}

function tests(): string[] {
  const apart = options.core ? /^test\/(core|scenarios)\// : /^test\/(?!bench\/|system\/)/
  return filesIn('test', '.test.ts').filter(path => apart.test(path))
}

/** Files that hold types only: nothing of them is ever run. */
function typesAlone(): string[] {
  return filesIn('src', '.ts').filter(path => {
    const { code } = transformSync(readFileSync(path, 'utf8'), { loader: 'ts' })
    return code.trim() === ''
  })
}

function filesIn(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith(ending))
    .sort()
    .map(name => join(folder, name))
}

type Summary = Readonly<
  Record<string, { readonly branches: { readonly total: number; readonly covered: number } }>
>

function coveredOf(summary: Summary): Covered[] {
  return Object.entries(summary)
    .filter(([path]) => path !== 'total')
    .map(([path, { branches }]) => ({ path: path.slice(path.indexOf('/src/') + 1), ...branches }))
}
