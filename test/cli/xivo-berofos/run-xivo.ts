import { type SpawnOptions, spawn } from 'node:child_process'
import type { NodeUnderTest } from '../../helpers/node-under-test.ts'
import { nodeOfPrograms, program } from '../../helpers/programs.ts'
import { follow, type Ran, type Running } from '../run-berofosd.ts'

/** The real program at this node, as a process of its own; its devices are named the way XiVO's scripts do. */
export function startXivo(node: NodeUnderTest, args: readonly string[], options: SpawnOptions = {}): Running {
  const { configFile, bnfosFile } = node.files
  const all = [program('xivo-berofos'), '-c', configFile, ...args]
  const child = spawn(nodeOfPrograms, all, {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options,
    env: { ...process.env, BNFOS_CONF: bnfosFile, ...options.env },
  })
  return follow(child)
}

export function xivo(node: NodeUnderTest, ...args: string[]): Promise<Ran> {
  return startXivo(node, args).ended
}
