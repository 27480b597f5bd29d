/**
 * `npm run build -- [DIR] [--arch x64|arm64] [--source-maps]`: the programs as bundles that need Node and nothing else.
 * DIR: dist. The bundles are the same for every processor; --arch says for which one the native addon beside them is, by
 * default this one. With --source-maps, coverage finds the sources.
 *
 * Each program is DIR/NAME.mjs, with DIR/NAME as a symbolic link to it. It loads DIR/chunks/NAME.mjs, unless Node is too
 * old. What only some commands need is imported late, in chunks of its own: `berofosd status` is run often and must not
 * wait for the daemon's libraries.
 *
 * What several programs and commands share is cut into small chunks, and each one that is read takes time. So what runs
 * often is one file, with its own copy of what it shares, and its late imports are the entries of the shared chunks.
 */
import { chmod, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { basename, join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type BuildOptions, build, type Plugin } from 'esbuild'
import { copyAddon } from './addon.ts'

const root = join(import.meta.dirname, '../..')
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    arch: { type: 'string', default: process.arch },
    'source-maps': { type: 'boolean', default: false },
  },
})
const target = resolve(positionals[0] ?? join(root, 'dist'))
const bins = (await readdir(join(root, 'src/bin'))).filter(name => name.endsWith('.ts'))
// The oldest Node that the programs run on; this build wants 20, as the tests do.
const { engines } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
const oldestNode: string = engines.node.replace('>=', '')

/** From here on paths are of source files below `src`. */
const source = join(root, 'src')
/** One file each. */
const whole = [
  'bin/berofosd.ts',
  'cli/berofosd/main.ts',
  'cli/berofosd/status.ts',
  'bin/bnfos.ts',
  'cli/bnfos/set.ts',
]
/** What the signals do is kept there: one for the whole process. */
const shared = ['system/first-signals.ts']
/** What `whole` imports late, found while it is bundled. */
const late = new Set<string>()

const lateImports: Plugin = {
  name: 'late imports',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\.{1,2}\// }, ({ kind, path, resolveDir }) => {
      const file = relative(source, join(resolveDir, path))
      if (file.startsWith('..') || (kind !== 'dynamic-import' && !shared.includes(file))) return undefined
      late.add(file)
      return { path: `./${chunkOf(file)}.mjs`, external: true }
    }),
}

try {
  await rm(target, { recursive: true, force: true })
  await mkdir(target, { recursive: true })
  for (const file of whole) await bundle(entry(file), { splitting: false, plugins: [lateImports] })
  const others = bins.map(name => `bin/${name}`).filter(file => !whole.includes(file))
  // In an order of their own: the one in which they were found differs from build to build, and names the chunks.
  const entries = [...late, ...others].filter(file => !whole.includes(file)).sort()
  await bundle(Object.assign({}, ...entries.map(entry)))
  await copyAddon({ root, target, arch: values.arch })
  for (const name of bins.map(bin => basename(bin, '.ts'))) await writeStarter(name)
} catch (error) {
  process.stderr.write(`npm run build: ${(error as Error).message}\n`)
  process.exitCode = 1
}

/** A program by its name, anything else by its path. */
function chunkOf(file: string): string {
  return file
    .replace(/^bin\//, '')
    .replace(/\.ts$/, '')
    .replaceAll('/', '-')
}

function entry(file: string): Record<string, string> {
  return { [chunkOf(file)]: join(source, file) }
}

async function bundle(entryPoints: Record<string, string>, options: BuildOptions = {}): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints,
    outdir: join(target, 'chunks'),
    outExtension: { '.js': '.mjs' },
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: `node${oldestNode}`,
    // CommonJS packages in a module call `require` for what Node brings.
    banner: {
      js: "import { createRequire as createRequireHere } from 'node:module'; const require = createRequireHere(import.meta.url);",
    },
    // winston-syslog asks for it only when it opens a socket of its own, which never happens here.
    external: ['unix-dgram'],
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'linked',
    sourcemap: values['source-maps'],
    logLevel: 'warning',
    ...options,
  })
}

async function writeStarter(name: string): Promise<void> {
  await writeFile(join(target, `${name}.mjs`), starterOf(name))
  await chmod(join(target, `${name}.mjs`), 0o755)
  await symlink(`${name}.mjs`, join(target, name))
}

/** In words that any Node understands: an older one would refuse the program itself with a SyntaxError. */
function starterOf(name: string): string {
  const [major, minor] = oldestNode.split('.')
  // The unit starts the daemon again after 1, but not after 78: neither does this heal by itself.
  const exitCode = name === 'berofosd' ? 78 : 1
  return `#!/usr/bin/env node
var version = process.versions.node.split('.').map(Number)
if (version[0] < ${major} || (version[0] === ${major} && version[1] < ${minor})) {
  console.error('${name}: needs Node ${oldestNode} or later, but runs on ' + process.versions.node + ': install a later Node')
  process.exitCode = ${exitCode}
} else {
  // A program that ends before it has said how has not done its work.
  process.exitCode = 1
  import("./chunks/${name}.mjs")
}
`
}
