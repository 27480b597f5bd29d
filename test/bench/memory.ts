import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { endsWithUs } from '../helpers/started.ts'
import type { Figure } from './report.ts'

/** Resident memory after 100 000 probe results through the decision loop, beside that after 1000. */
export async function benchMemory(): Promise<Figure[]> {
  const directory = await mkdtemp(join(tmpdir(), 'berofosd-bench-'))
  const outfile = join(directory, 'memory.mjs')
  // Bundled as the daemon is: a loader of sources would be measured with it.
  await build({
    entryPoints: [fileURLToPath(new URL('./memory-child.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
  })
  const child = endsWithUs(
    spawn(process.execPath, ['--expose-gc', outfile], { stdio: ['ignore', 'pipe', 'inherit'] }),
  )
  let text = ''
  child.stdout.on('data', chunk => {
    text += chunk
  })
  await once(child, 'close')
  await rm(directory, { recursive: true })
  const [few = 0, many = 0] = text.trim().split(' ').map(Number)
  return [
    {
      name: 'resident memory after 100 000 probe results',
      value: `${Math.round(many / 1048576)} MiB, after 1000 ${Math.round(few / 1048576)} MiB`,
      limit: '1.10 times',
      holds: many / few <= 1.1,
      ratio: `${(many / few).toFixed(2)} times`,
    },
  ]
}
