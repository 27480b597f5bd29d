import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CommandCheck, HttpCheck, PingCheck, SipCheck, TcpCheck } from '../../src/core/settings.ts'

const common = {
  name: 'test',
  host: '127.0.0.1',
  intervalMs: 1000,
  timeoutMs: 2000,
  fall: 3,
  rise: 1,
  required: true,
}

export const pingCheck = (over: Partial<PingCheck> = {}): PingCheck => ({ ...common, type: 'ping', ...over })

export const tcpCheck = (over: Partial<TcpCheck> & { port: number }): TcpCheck => ({
  ...common,
  type: 'tcp',
  ...over,
})

export const sipCheck = (over: Partial<SipCheck> & { port: number }): SipCheck => ({
  ...common,
  type: 'sip',
  transport: 'udp',
  ...over,
})

export const httpCheck = (over: Partial<HttpCheck> & { url: string }): HttpCheck => ({
  ...common,
  type: 'http',
  method: 'GET',
  expect: [[200, 499]],
  tlsVerify: true,
  ca: null,
  ...over,
})

export const commandCheck = (over: Partial<CommandCheck> & { command: string }): CommandCheck => ({
  ...common,
  host: '',
  type: 'command',
  ...over,
})

/** A signal that never aborts. */
export const neverAborts = new AbortController().signal

/** Puts a `ping` of its own first in PATH while `run` runs. */
export async function withPing<T>(script: string, run: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'berofosd-ping-'))
  const path = process.env.PATH
  writeFileSync(join(directory, 'ping'), script, { mode: 0o755 })
  process.env.PATH = `${directory}:${path}`
  try {
    return await run(directory)
  } finally {
    process.env.PATH = path
    rmSync(directory, { recursive: true })
  }
}

/** What a fake ping wrote into its file `pids`. */
export const pids = (directory: string) => {
  const file = join(directory, 'pids')
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').map(Number) : []
}

/** Whether that process is there and alive. */
export const isRunning = (pid: number) => {
  try {
    // A zombie is gone, but for its exit status.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
