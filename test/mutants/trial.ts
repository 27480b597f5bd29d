import { spawn } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { bundleTests } from './bundle.ts'
import type { Mutant } from './mutators.ts'

/** How the tests took a mutant: they failed, never came to an end, or noticed nothing. */
type Fate = 'killed' | 'timeout' | 'survived'
export interface Trial {
  readonly fate: Fate
  readonly ms: number
  /** The test that failed, or what was printed. */
  readonly by: string
}

/** Runs these tests, in this order, on the mutant (null: on the source as it is), in a process of their own. */
export async function tryMutant(
  tests: readonly string[],
  mutant: Mutant | null,
  directory: string,
  name: string,
  timeoutMs: number,
): Promise<Trial> {
  const outfile = join(directory, `${name}.mjs`)
  await bundleTests(tests, mutant, outfile)
  try {
    return await run(outfile, timeoutMs)
  } finally {
    await rm(outfile, { force: true })
  }
}

/** A mutant may fill the memory: that ends it sooner, and spares the machine. */
const heapMb = 1024

function run(path: string, timeoutMs: number): Promise<Trial> {
  return new Promise((resolve, reject) => {
    const start = performance.now()
    const child = spawn(process.execPath, [`--max-old-space-size=${heapMb}`, path], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', text => {
        output = (output + text).slice(0, 10_000)
      })
    let late = false
    const timer = setTimeout(() => {
      late = true
      child.kill('SIGKILL')
    }, timeoutMs)
    child.once('error', reject)
    child.once('close', code => {
      clearTimeout(timer)
      const fate = late ? 'timeout' : code === 0 ? 'survived' : 'killed'
      const by = /^failed: (.*)/m.exec(output)?.[1] ?? output
      resolve({ fate, ms: performance.now() - start, by })
    })
  })
}
