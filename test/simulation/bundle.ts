import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build, type Plugin } from 'esbuild'

/** A change to one source file, as a person would type it. */
export interface Patch {
  /** From the project's directory. */
  readonly file: string
  readonly from: string
  readonly to: string
}

/**
 * The worker as one plain file, which runs a third faster than through the loader.
 * @throws when a patch finds nothing to change, or nobody imports its file
 */
export async function bundleWorker(directory: string, patches: readonly Patch[]): Promise<string> {
  const outfile = join(directory, 'worker.mjs')
  const applied = new Set<Patch>()
  await build({
    entryPoints: [join(import.meta.dirname, 'worker.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'silent',
    plugins: [patching(patches, applied)],
    // What is CommonJS among the packages asks for it.
    banner: {
      js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
    },
  })
  const left = patches.find(patch => !applied.has(patch))
  if (left) throw new Error(`${left.file} is not part of the simulation`)
  return outfile
}

function patching(patches: readonly Patch[], applied: Set<Patch>): Plugin {
  return {
    name: 'patches',
    setup({ onLoad, onResolve, resolve }) {
      onResolve({ filter: /^node-cron(-itself)?$/ }, async ({ path, importer, resolveDir, kind }) => {
        const ours = path === 'node-cron' && importer.includes('/src/')
        if (ours) return { path: join(import.meta.dirname, 'cached-cron.ts') }
        return path === 'node-cron' ? null : resolve('node-cron', { resolveDir, kind })
      })
      onLoad({ filter: /\/src\/.*\.ts$/ }, async ({ path }) => {
        const here = patches.filter(({ file }) => path.endsWith(`/${file}`))
        if (here.length === 0) return null
        let contents = await readFile(path, 'utf8')
        for (const patch of here) {
          if (!contents.includes(patch.from)) throw new Error(`${patch.file} has no "${patch.from}"`)
          contents = contents.replace(patch.from, () => patch.to)
          applied.add(patch)
        }
        return { contents, loader: 'ts' }
      })
    },
  }
}
