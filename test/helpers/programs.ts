import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

type Program = 'berofosd' | 'bnfos' | 'xivo-berofos'

/** The Node that runs the programs. BEROFOSD_TEST_NODE: another one than that of the tests, to try the programs on it. */
export const nodeOfPrograms = process.env.BEROFOSD_TEST_NODE ?? process.execPath
/** The PATH that finds this Node first, for a program that is executed itself. */
export const pathOfPrograms = `${dirname(nodeOfPrograms)}:${process.env.PATH}`

const root = fileURLToPath(new URL('../..', import.meta.url))
let directory: string | null = null

/**
 * The directory of the built programs. `test/run.ts` builds them once for all test processes and names the place in
 * BEROFOSD_PROGRAMS; a test file that is run alone builds them itself, so that it never tests an old build.
 */
export function programs(): string {
  directory ??= process.env.BEROFOSD_PROGRAMS ?? buildForThisProcess()
  return directory
}

/** The file that Node runs for this program. */
export function program(name: Program): string {
  return join(programs(), `${name}.cjs`)
}

/** Builds the programs into a new directory, which every user may read. With source maps, coverage finds the sources. */
export function buildPrograms(...options: readonly '--source-maps'[]): string {
  const target = mkdtempSync(join(tmpdir(), 'berofosd-programs-'))
  execFileSync(process.execPath, ['--import', 'tsx', 'src/build/bundles.ts', ...options, target], {
    cwd: root,
  })
  chmodSync(target, 0o755)
  return target
}

function buildForThisProcess(): string {
  const built = buildPrograms()
  process.once('exit', () => rmSync(built, { recursive: true, force: true }))
  return built
}
