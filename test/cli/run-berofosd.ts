import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync } from 'node:fs'
import { after } from 'node:test'
import type { NodeUnderTest } from '../helpers/node-under-test.ts'
import { nodeOfPrograms, program } from '../helpers/programs.ts'

export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** A command under way, and what it has said so far. */
export interface Running {
  readonly child: ChildProcess
  out(): string
  err(): string
  readonly ended: Promise<Ran>
}

/** The real program, as a process of its own. */
export function startBerofosd(args: readonly string[], options: SpawnOptions = {}): Running {
  const child = spawn(nodeOfPrograms, [program('berofosd'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options,
  })
  return follow(child)
}

export function runBerofosd(args: readonly string[], options: SpawnOptions = {}): Promise<Ran> {
  return startBerofosd(args, options).ended
}

const underWay = new Set<ChildProcess>()

// A test that fails ends before it has ended its commands; one that runs on would keep this process for ever.
after(() => {
  for (const child of underWay) child.kill('SIGKILL')
})

/** Collects what a process says. It is ended after the last test of its file, should it still run. */
export function follow(child: ChildProcess): Running {
  underWay.add(child)
  child.once('exit', () => underWay.delete(child))
  let out = ''
  let err = ''
  child.stdout?.setEncoding('utf8').on('data', text => {
    out += text
  })
  child.stderr?.setEncoding('utf8').on('data', text => {
    err += text
  })
  const ended = once(child, 'close').then(([code]) => ({ code, out, err }))
  return { child, out: () => out, err: () => err, ended }
}

/** The options that name this node's files. */
export function filesOf({ files }: NodeUnderTest): string[] {
  return ['-c', files.configFile, '--bnfos-conf', files.bnfosFile]
}

/** One command at this node. */
export function at(node: NodeUnderTest, ...args: string[]): Promise<Ran> {
  return runBerofosd([...args, ...filesOf(node)])
}

/** How to run a command as somebody who may not talk to the daemon: the socket is closed to him. */
export function asStranger({ directory, files }: NodeUnderTest): SpawnOptions {
  if (process.getuid?.() !== 0) {
    chmodSync(files.controlSocket, 0o000)
    return {}
  }
  chmodSync(directory, 0o755)
  return { uid: 65_534, gid: 65_534 }
}

/** The longest line, without colours. */
export function widthOf(text: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
  const plain = text.replace(/\x1b\[[\d;?]*[A-Za-z]/g, '')
  return Math.max(...plain.split('\n').map(line => line.trimEnd().length))
}
