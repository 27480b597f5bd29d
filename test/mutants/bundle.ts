import { readFile } from 'node:fs/promises'
import { dirname, relative, resolve } from 'node:path'
import { build, type Metafile, type Plugin } from 'esbuild'
import type { Mutant } from './mutators.ts'

/** Which files of `src` a test file brings in, itself or through others. Paths are from the project's root. */
export async function sourcesOf(test: string): Promise<ReadonlySet<string>> {
  const { metafile } = await bundle([test], null, null)
  return new Set(Object.keys((metafile as Metafile).inputs))
}

/**
 * Writes one module that runs these test files in this order, with one source file changed. Packages stay outside, so
 * `outfile` has to lie where they are found.
 */
export async function bundleTests(
  tests: readonly string[],
  mutant: Pick<Mutant, 'file' | 'source'> | null,
  outfile: string,
): Promise<void> {
  await bundle(tests, mutant, outfile)
}

function bundle(
  tests: readonly string[],
  mutant: Pick<Mutant, 'file' | 'source'> | null,
  outfile: string | null,
) {
  return build({
    stdin: { contents: entryOf(tests), resolveDir: process.cwd(), sourcefile: 'entry.ts', loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'silent',
    metafile: outfile === null,
    write: outfile !== null,
    ...(outfile && { outfile }),
    plugins: [inPlace(mutant)],
  })
}

/** Each file is loaded when the ones before it have passed. */
function entryOf(tests: readonly string[]): string {
  const runs = tests.map(path => `await runFile('${path}', () => import('./${path}'))`)
  return [`import { runFile } from './test/mutants/stop-at-first.ts'`, ...runs].join('\n')
}

/** The mutant instead of its file, and our own runner instead of node:test. */
function inPlace(mutant: Pick<Mutant, 'file' | 'source'> | null): Plugin {
  const runner = resolve('test/mutants/stop-at-first.ts')
  return {
    name: 'in place',
    setup(plan) {
      plan.onResolve({ filter: /^node:test$/ }, () => ({ path: runner }))
      plan.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        if (mutant && relative('.', path) === mutant.file) return { contents: mutant.source, loader: 'ts' }
        return { contents: await textOf(path), loader: 'ts' }
      })
    },
  }
}

/** Each file as it was when it was first needed: somebody may be at work on it while the mutants are tried. */
const texts = new Map<string, Promise<string>>()

function textOf(path: string): Promise<string> {
  const known = texts.get(path)
  if (known) return known
  // In the bundle every file would be where the bundle is.
  const here = JSON.stringify(dirname(path))
  const text = readFile(path, 'utf8').then(read => read.replaceAll('import.meta.dirname', here))
  texts.set(path, text)
  return text
}
