import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { talk } from '../../src/control/client.ts'
import type { Site } from '../../src/simulator/site.ts'
import type { Overrides, SiteFiles } from '../../src/simulator/site-config.ts'
import type { Status } from '../../src/status/status-json.ts'
import { systemClock } from '../../src/system/clock.ts'
import { endsWithUs } from '../helpers/started.ts'
import { until } from '../helpers/until.ts'

/** The built daemon as a process, on a site of this process. */
export interface DaemonProcess {
  readonly pid: number
  readonly files: SiteFiles
  status(): Promise<Status>
  untilStatus(what: string, holds: (status: Status) => boolean): Promise<void>
  rssKib(): Promise<number>
  /** User and system time so far, seconds. */
  cpuSeconds(): Promise<number>
  /** SIGTERM. */
  close(): Promise<void>
  /** SIGKILL. */
  kill(): Promise<void>
}

interface StartOptions {
  /** What the daemon is started by: command and arguments before its own. */
  readonly prefix?: readonly string[]
  /** The Node that runs it; default: that of this process. */
  readonly node?: string
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>
  /** Hears each line of its log, where that goes to stdout; performance.now() of this process. */
  readonly heard?: (line: string, atMs: number) => void
}

/** On files made for it, which go with it. */
export async function startDaemon(
  site: Pick<Site, 'writeConfig'>,
  overrides: Overrides,
  options: StartOptions = {},
): Promise<DaemonProcess> {
  // As on a node: the sockets and the copy of the state in memory, the state on the disk.
  const directory = await mkdtemp('/dev/shm/berofosd-bench-')
  const stateDirectory = await mkdtemp(join(tmpdir(), 'berofosd-bench-'))
  const files = await site.writeConfig(directory, { state: { directory: stateDirectory }, ...overrides })
  const daemon = runDaemon(files, options)
  return {
    ...daemon,
    async close() {
      await daemon.close()
      for (const made of [directory, stateDirectory]) await rm(made, { recursive: true, force: true })
    },
  }
}

/** On these files, which stay. */
export function runDaemon(
  files: SiteFiles,
  { prefix = [], node = process.execPath, env = {}, heard }: StartOptions = {},
): DaemonProcess {
  const args = [...prefix, node, 'dist/berofosd.cjs', 'run', '-c', files.configFile]
  const [command = '', ...rest] = [...args, '--bnfos-conf', files.bnfosFile]
  const stdio = ['ignore', heard ? 'pipe' : 'ignore', 'inherit'] as const
  const child: ChildProcess = endsWithUs(
    spawn(command, rest, { stdio: [...stdio], env: { ...process.env, ...env } }),
  )
  let open = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const atMs = performance.now()
    const lines = `${open}${text}`.split('\n')
    open = lines.pop() ?? ''
    for (const line of lines) heard?.(line, atMs)
  })
  const status = async () => {
    const result = await talk(
      files.controlSocket,
      { command: 'status' },
      { clock: systemClock, silenceMs: 5000 },
    )
    if (result.outcome !== 'answered') throw new Error(result.error)
    return result.reply.status as unknown as Status
  }
  const pid = child.pid ?? 0
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }
  return {
    pid,
    files,
    status,
    untilStatus: (what, holds) => until(what, () => status().then(holds, () => false), 30_000),
    rssKib: async () => Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]),
    async cpuSeconds() {
      const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? []
      // proc(5): utime and stime are fields 14 and 15, in clock ticks of 10 ms.
      return (Number(fields[11]) + Number(fields[12])) / 100
    },
    close: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  }
}
