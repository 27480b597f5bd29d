#!/usr/bin/env node
// `npm run build [DIR]`: the programs as bundles that need Node and nothing else. DIR: dist.
//
// Each program is DIR/NAME.mjs, with DIR/NAME as a symbolic link to it. What only some commands need stands in chunks
// that are loaded late: `berofosd status` is run often and must not wait for the daemon's libraries.
import { chmod, cp, mkdir, readdir, rm, symlink } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { build } from 'esbuild'

const root = import.meta.dirname
const target = resolve(process.argv[2] ?? join(root, 'dist'))
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
    outdir: target,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.18',
    // CommonJS packages in a module call `require` for what Node brings.
    banner: {
      js: "import { createRequire as createRequireHere } from 'node:module'; const require = createRequireHere(import.meta.url);",
    },
    // winston-syslog asks for it only when it opens a socket of its own, which never happens here.
    external: ['unix-dgram'],
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'linked',
    logLevel: 'warning',
  })
}
await copyAddon()
// The unit calls it before it starts the daemon.
await cp(join(root, 'systemd/master-is-named'), join(target, 'master-is-named'))
for (const name of bins.map(bin => basename(bin, '.ts'))) {
  await chmod(join(target, `${name}.mjs`), 0o755)
  await symlink(`${name}.mjs`, join(target, name))
}

// A native addon can't be bundled. It comes with a binary for each platform, of which npm has installed the right one;
// Node finds both packages beside the bundle.
async function copyAddon() {
  const modules = join(root, 'node_modules')
  const parts = (await readdir(modules)).filter(name => /^node-unix-socket(-|$)/.test(name))
  for (const part of parts) {
    const from = join(modules, part)
    await cp(from, join(target, 'node_modules', part), {
      recursive: true,
      filter: path => path === from || /(js|LICENSE|package\.json|\.node)$/.test(path),
    })
  }
}
