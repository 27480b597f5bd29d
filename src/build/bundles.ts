/**
 * `npm run build -- [DIR] [--arch x64|arm64] [--source-maps]`: the programs as bundles that need Node and nothing else.
 * DIR: dist. The bundles are the same for every processor; --arch says for which one the native addon beside them is, by
 * default this one. With --source-maps, coverage finds the sources.
 *
 * Each program is DIR/NAME.cjs, with DIR/NAME as a symbolic link to it. It loads DIR/chunks/NAME.cjs, unless Node is too
 * old. What runs often is in there, in one file and without Node's loader of modules, which takes some 10 ms. The rest
 * is imported late, from modules that share chunks: `berofosd status` must not wait for the daemon's libraries.
 */
import './node-20.ts'
import { chmod, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { type BuildOptions, build, type Plugin } from 'esbuild'
import { copyAddon } from './addon.ts'
import { toolOptions } from './tool-options.ts'

const root = join(import.meta.dirname, '../..')
const { values, positionals } = toolOptions('npm run build -- [DIR] [--arch x64|arm64] [--source-maps]', {
  arch: { type: 'string', default: process.arch },
  'source-maps': { type: 'boolean', default: false },
})
const target = resolve(positionals[0] ?? join(root, 'dist'))
// The oldest Node that the programs run on; this build wants 20, as the tests do.
const { engines } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
const oldestNode: string = engines.node.replace('>=', '')

/** From here on paths are of source files below `src`. */
const source = join(root, 'src')
/** What each program takes into its own file of what it imports late. */
const takesIn: Readonly<Record<string, (file: string) => boolean>> = {
  'bin/berofosd.ts': file => ['cli/berofosd/main.ts', 'cli/berofosd/status.ts'].includes(file),
  'bin/bnfos.ts': file =>
    ![
      'system/logger.ts',
      ...['scan', 'netconf-and-reset', 'flash', 'help'].map(name => `cli/bnfos/${name}.ts`),
    ].includes(file),
  'bin/xivo-berofos.ts': () => true,
}
/** What the signals do is kept there: one for the whole process. */
const signals = 'system/first-signals.ts'
/** What the programs import late and don't take in, found while they are bundled. */
const late = new Set<string>()

/** Leaves out of a file what is a file of its own. */
function apart(isTakenIn: (file: string) => boolean): Plugin {
  return {
    name: 'files of their own',
    setup: ({ onResolve }) =>
      onResolve({ filter: /^\.{1,2}\// }, ({ kind, path, resolveDir }) => {
        const file = relative(source, join(resolveDir, path))
        if (file === signals && kind !== 'entry-point')
          return { path: `./${chunkOf(file)}.cjs`, external: true }
        if (file.startsWith('..') || kind !== 'dynamic-import' || isTakenIn(file)) return undefined
        late.add(file)
        return { path: `./${chunkOf(file)}.mjs`, external: true }
      }),
  }
}

/**
 * undici is in its file, but runs only once it is used: a daemon that asks nobody by HTTP is 4 MB smaller for it, and one
 * that comes to do so by a reload has it, whatever an upgrade has made of the files meanwhile.
 */
const undiciWhenUsed: Plugin = {
  name: 'undici when it is first used',
  setup({ onResolve, onLoad }) {
    const namespace = 'when-used'
    onResolve({ filter: /^undici$/ }, ({ path, namespace: from, resolveDir }) =>
      from === namespace ? undefined : { path, namespace, pluginData: resolveDir },
    )
    onLoad({ filter: /./, namespace }, ({ pluginData }) => ({
      contents: `Object.defineProperty(exports, 'Client', { enumerable: true, get: () => require('undici').Client })`,
      resolveDir: pluginData,
    }))
  },
}

/** winston-syslog takes it only to send over TLS, which never happens here; all others say node:tls or load late. */
const tlsNever: Plugin = {
  name: 'no TLS for winston-syslog',
  setup: ({ onResolve, onLoad }) => {
    const namespace = 'never'
    onResolve({ filter: /^tls$/ }, ({ path, importer }) =>
      importer.includes('winston-syslog') ? { path, namespace } : undefined,
    )
    onLoad({ filter: /./, namespace }, () => ({ contents: '' }))
  },
}

/** One file, for `require`. */
const script: BuildOptions = {
  format: 'cjs',
  splitting: false,
  outExtension: { '.js': '.cjs' },
  banner: { js: "const hereUrl = require('node:url').pathToFileURL(__filename).href;" },
  define: { 'import.meta.url': 'hereUrl' },
}

try {
  await rm(target, { recursive: true, force: true })
  await mkdir(target, { recursive: true })
  for (const [file, isTakenIn] of Object.entries({ ...takesIn, [signals]: () => true }))
    await bundle(entry(file), { ...script, plugins: [apart(isTakenIn)] })
  // In an order of their own: the one in which they were found differs from build to build, and names the chunks.
  await bundle(Object.assign({}, ...[...late].sort().map(entry)), {
    plugins: [apart(() => true), undiciWhenUsed, tlsNever],
  })
  await copyAddon({ root, target, arch: values.arch })
  for (const file of Object.keys(takesIn)) await writeStarter(chunkOf(file))
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
  await writeFile(join(target, `${name}.cjs`), starterOf(name))
  await chmod(join(target, `${name}.cjs`), 0o755)
  await symlink(`${name}.cjs`, join(target, name))
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
  require("./chunks/${name}.cjs")
}
`
}
