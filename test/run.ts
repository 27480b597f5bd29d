import '../src/build/node-20.ts'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { toolOptions } from '../src/build/tool-options.ts'
import { inPath, missingText } from './helpers/needs.ts'
import { buildPrograms } from './helpers/programs.ts'
import { processOf, type Tier, type TierName, tiers, tiersOf } from './tiers.ts'

const usage = `npm test                      the tests for the inner loop
npm test -- PATH …            these files and directories, such as test/core/duration.test.ts
npm test -- --name PATTERN    only tests whose name matches
npm run test:NAME             another tier:
${Object.entries(tiers)
  .map(([name, { holds }]) => `  ${name.padEnd(9)} ${holds}`)
  .join('\n')}`

const { values, positionals } = toolOptions(usage, {
  tier: { type: 'string', default: 'fast' },
  name: { type: 'string' },
})

if (!Object.hasOwn(tiers, values.tier)) {
  console.error(`no tier "${values.tier}"\n${usage}`)
  process.exitCode = 2
} else process.exitCode = await main(values.tier as TierName)

async function main(name: TierName): Promise<number> {
  const tier = tiers[name]
  const missing = missingText(tier.uses)
  if (missing !== null && process.env.BEROFOSD_TEST_ALL === '1') {
    console.error(`tests of the tier ${name}: ${missing}`)
    return 1
  }
  if (missing !== null) console.log(`Some tests will be skipped: ${missing}.`)
  const strange = positionals.filter(path => namedFiles(path).length === 0)
  if (strange.length > 0) {
    console.error(`no test file: ${strange.join(', ')}\n${usage}`)
    return 2
  }
  const files =
    positionals.length > 0
      ? positionals.flatMap(namedFiles)
      : testFiles().filter(path => tiersOf(path).includes(name))
  const work = mkdtempSync(join(tmpdir(), 'berofosd-tests-'))
  const programs = buildPrograms()
  try {
    const sealed = tier.sealed && files.every(path => tiersOf(path).includes(name))
    return await runTests(tier.grouped && positionals.length === 0 ? groupsOf(files, work) : files, tier, {
      BEROFOSD_PROGRAMS: programs,
      ...(sealed ? { PATH: directoryOf(tier.uses, work) } : {}),
    })
  } finally {
    rmSync(work, { recursive: true, force: true })
    rmSync(programs, { recursive: true, force: true })
  }
}

function testFiles(): string[] {
  return readdirSync('test', { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.test.ts') && !/^(bench|booted)\//.test(path))
    .map(path => join('test', path))
    .sort()
}

/** Those that a path names; empty: it is none, and no directory of any. */
function namedFiles(path: string): string[] {
  const plain = relative('.', path)
  return testFiles().filter(file => file === plain || file.startsWith(`${plain}/`))
}

/** A directory that holds node and these programs, where they are installed, and no other. */
function directoryOf(uses: readonly string[], work: string): string {
  const directory = join(work, 'bin')
  mkdirSync(directory)
  symlinkSync(process.execPath, join(directory, 'node'))
  for (const name of uses) {
    const path = inPath(name)
    if (path !== null) symlinkSync(path, join(directory, name))
  }
  return directory
}

/** The files that node's test runner gets, one a process: a test file, or one that imports several. */
function groupsOf(files: readonly string[], directory: string): string[] {
  const groups = new Map<string, string[]>()
  for (const file of files) groups.set(processOf(file), [...(groups.get(processOf(file)) ?? []), file])
  return [...groups].map(([name, members]) => {
    const [only, second] = members
    if (only !== undefined && second === undefined) return only
    const path = join(directory, `${name}.test.mjs`)
    writeFileSync(path, members.map(file => `await import('${pathToFileURL(resolve(file))}')\n`).join(''))
    return path
  })
}

async function runTests(files: readonly string[], tier: Tier, env: NodeJS.ProcessEnv): Promise<number> {
  const only = values.name === undefined ? [] : ['--test-name-pattern', values.name]
  // Whoever names files wants to see what failed, at the end; through a pipe the runner would print TAP.
  const reporter = positionals.length > 0 || values.name !== undefined ? ['--test-reporter=spec'] : []
  const args = [
    '--enable-source-maps',
    '--import',
    'tsx',
    '--test',
    `--test-concurrency=${tier.atOnce}`,
    `--test-timeout=${tier.limitMinutes * 60_000}`,
    ...only,
    ...reporter,
    ...files,
  ]
  const deep = tier.deep ? { BEROFOSD_TEST_DEEP: '1' } : {}
  // Local times stand in what is told to people, and so in what tests expect.
  const zone = { TZ: 'UTC' }
  // What a shell has Node believe would hide what the programs believe by themselves.
  const untrusted = { NODE_EXTRA_CA_CERTS: undefined, SSL_CERT_FILE: undefined, SSL_CERT_DIR: undefined }
  const child = spawn(process.execPath, args, {
    stdio: 'inherit',
    env: { ...process.env, ...untrusted, ...zone, ...deep, ...env },
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
  const [code] = await once(child, 'close')
  return code ?? 1
}
