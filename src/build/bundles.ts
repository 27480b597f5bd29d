/**
 * `npm run build -- [DIR] [--arch x64|arm64] [--source-maps]`: the programs as bundles that need Node and nothing else.
 * DIR: dist. The bundles are the same for every processor; --arch says for which one the native addon beside them is, by
 * default this one. With --source-maps, coverage finds the sources.
 *
 * Each program is DIR/NAME.mjs, with DIR/NAME as a symbolic link to it. It loads DIR/chunks/NAME.mjs, unless Node is too
 * old. What only some commands need stands in chunks that are loaded late: `berofosd status` is run often and must not
 * wait for the daemon's libraries.
 */
import { chmod, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'
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

try {
  await rm(target, { recursive: true, force: true })
  await mkdir(target, { recursive: true })
  // What programs share is cut into small chunks, and each one that is read takes time: bnfos, which scripts run often,
  // has its own.
  const alone = bins.filter((name): boolean => name === 'bnfos.ts')
  await bundle(bins.filter(name => !alone.includes(name)))
  await bundle(alone)
  await copyAddon({ root, target, arch: values.arch })
  for (const name of bins.map(bin => basename(bin, '.ts'))) await writeStarter(name)
} catch (error) {
  process.stderr.write(`npm run build: ${(error as Error).message}\n`)
  process.exitCode = 1
}

async function bundle(group: readonly string[]): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: group.map(name => `src/bin/${name}`),
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
