#!/usr/bin/env node
// `npm run build -- [DIR] [--arch x64|arm64] [--source-maps]`: the programs as bundles that need Node and nothing else.
// DIR: dist. The bundles are the same for every processor; --arch says for which one the native addon beside them is, by
// default this one. With --source-maps, coverage finds the sources.
//
// Each program is DIR/NAME.mjs, with DIR/NAME as a symbolic link to it. It loads DIR/chunks/NAME.mjs, unless Node is too
// old. What only some commands need stands in chunks that are loaded late: `berofosd status` is run often and must not
// wait for the daemon's libraries.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'

const root = import.meta.dirname
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { arch: { type: 'string' }, 'source-maps': { type: 'boolean', default: false } },
})
const arch = values.arch ?? process.arch
const target = resolve(positionals[0] ?? join(root, 'dist'))
const { packages } = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8'))
if (!packages[`node_modules/@koromix/koffi-linux-${arch}`]) {
  console.error(`build: --arch ${arch}: koffi has no binary for it; x64 and arm64 are supported`)
  process.exit(2)
}
// The oldest Node that the programs run on; this build wants 20, as the tests do.
const { engines } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
const oldestNode = engines.node.replace('>=', '')
const bins = (await readdir(join(root, 'src/bin'))).filter(name => name.endsWith('.ts'))

await rm(target, { recursive: true, force: true })
await mkdir(target, { recursive: true })
// What programs share is cut into small chunks, and each one that is read takes time: bnfos, which scripts run often,
// has its own.
const alone = bins.filter(name => name === 'bnfos.ts')
const together = bins.filter(name => !alone.includes(name))
for (const group of [together, alone]) {
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
await copyAddon()
for (const name of bins.map(bin => basename(bin, '.ts'))) {
  await writeFile(join(target, `${name}.mjs`), starterOf(name))
  await chmod(join(target, `${name}.mjs`), 0o755)
  await symlink(`${name}.mjs`, join(target, name))
}

/** In words that any Node understands: an older one would refuse the program itself with a SyntaxError. */
function starterOf(name) {
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

// koffi's native addon can't be bundled. It comes with a package for each platform; Node finds both beside the bundle.
async function copyAddon() {
  const parts = join(target, 'node_modules')
  const loaded = ['package.json', 'LICENSE.txt', 'index.cjs', 'src/koffi/index.cjs', 'src/koffi/src/static.cjs']
  await copyFiles(join(root, 'node_modules/koffi'), join(parts, 'koffi'), loaded)
  const name = `@koromix/koffi-linux-${arch}`
  const copyFrom = from => copyFiles(from, join(parts, name), ['package.json', 'index.js', `linux_${arch}/koffi.node`])
  const installed = join(root, 'node_modules', name)
  // npm has installed that of this processor.
  if (await stat(installed).catch(() => null)) return await copyFrom(installed)
  const scratch = await mkdtemp(join(tmpdir(), 'berofosd-addon-'))
  try {
    await copyFrom(await fetched(name, scratch))
  } finally {
    await rm(scratch, { recursive: true })
  }
}

async function copyFiles(from, to, names) {
  for (const name of names) {
    await cp(join(from, name), join(to, name))
    await chmod(join(to, name), 0o644)
  }
}

/** A package from npm's registry, byte for byte as the lock file has it; returns where it is unpacked in `scratch`. */
async function fetched(name, scratch) {
  const { version, integrity } = packages[`node_modules/${name}`]
  const quiet = ['--silent', '--prefer-offline', '--pack-destination', scratch]
  execFileSync('npm', ['pack', `${name}@${version}`, ...quiet], { stdio: ['ignore', 'ignore', 'inherit'] })
  const [tarball] = await readdir(scratch)
  const sum = createHash('sha512').update(await readFile(join(scratch, tarball))).digest('base64')
  if (`sha512-${sum}` !== integrity) throw new Error(`${name}@${version} is not what package-lock.json has: ${sum}`)
  execFileSync('tar', ['-xzf', join(scratch, tarball), '-C', scratch])
  return join(scratch, 'package')
}
