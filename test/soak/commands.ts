import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { roleOfWord } from '../../src/core/site-words.ts'
import type { Status } from '../../src/status/status-json.ts'
import { monoMs } from './shared-clock.ts'
import type { World } from './world.ts'

interface CommandEnd {
  readonly code: number | null
  readonly stdout: string
}

/** One of the programs' own commands, as an operator types it. */
export async function runCommand({ files }: World, args: readonly string[]): Promise<CommandEnd> {
  const all = [files.program, ...args, '-c', files.configFile]
  const child = spawn(process.execPath, all, { stdio: ['ignore', 'pipe', 'ignore'] })
  let stdout = ''
  child.stdout.setEncoding('utf8').on('data', text => {
    stdout += text
  })
  const [code] = await once(child, 'close')
  return { code, stdout }
}

export interface AskedStatus {
  readonly code: number | null
  readonly status: Status | null
}

/** `berofosd status --json`, and its exit status. */
export async function askStatus(world: World): Promise<AskedStatus> {
  const at = monoMs()
  const { code, stdout } = await runCommand(world, ['status', '--json'])
  const status = parse(stdout)
  if (status)
    world.note({
      kind: 'status',
      at,
      role: roleOfWord(status.role),
      phase: status.phase,
      answeredAt: monoMs(),
    })
  return { code, status }
}

function parse(text: string): Status | null {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
