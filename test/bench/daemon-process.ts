import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { talk } from '../../src/control/client.ts'
import type { Site } from '../../src/simulator/site.ts'
import type { Overrides, SiteFiles } from '../../src/simulator/site-config.ts'
import type { Status } from '../../src/status/wire.ts'
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
  close(): Promise<void>
}

export async function startDaemon(
  site: Site,
  overrides: Overrides,
  prefix: string[] = [],
): Promise<DaemonProcess> {
  const directory = await mkdtemp(join(tmpdir(), 'berofosd-bench-'))
  const files = await site.writeConfig(directory, overrides)
  const args = [...prefix, process.execPath, 'dist/berofosd.mjs', 'run', '-c', files.configFile]
  const [command = '', ...rest] = [...args, '--bnfos-conf', files.bnfosFile]
  const child: ChildProcess = endsWithUs(spawn(command, rest, { stdio: ['ignore', 'ignore', 'inherit'] }))
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
    async close() {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
      await rm(directory, { recursive: true, force: true })
    },
  }
}
