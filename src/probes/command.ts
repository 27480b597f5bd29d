import { readFileSync } from 'node:fs'
import type { CommandCheck } from '../core/settings.ts'
import { firstLine } from '../net/printable.ts'
import { type CommandResult, runCommand } from '../system/run-command.ts'
import { type Attempt, attempt } from './attempt.ts'
import type { ProbeOnce } from './probe.ts'

/**
 * Runs the command of the check once, by the shell, and ends it with all its children at the deadline. Exit status 0 is
 * an answer. What could not be run says nothing of the server: no process could be started, the shell's own exit
 * statuses 126 and 127, the kernel ended it for lack of memory. Everything else has failed.
 */
export const probeCommand: ProbeOnce<CommandCheck> = (check, clock, signal) =>
  attempt(clock, check.timeoutMs, signal, async running => {
    const open = stillThere.get(check.command) ?? 0
    if (open >= mostOpen)
      return running.settle('failed', `${open} runs of it hang in the kernel, no further one is started`)
    await runIn(running, check)
  })

/** Runs of each command that have not ended: one that even SIGKILL does not end hangs in the kernel. */
const stillThere = new Map<string, number>()
const mostOpen = 3

async function runIn(running: Attempt, { command, timeoutMs }: CommandCheck): Promise<void> {
  const killsBefore = oomKills()
  let output = ''
  count(command, 1)
  const result = await runCommand({
    line: command,
    env: {},
    // The attempt ends it sooner.
    timeoutMs: timeoutMs + 1000,
    clock: running.clock,
    signal: running.signal,
    leaveNobody: true,
    onGone: () => count(command, -1),
    onLine: line => {
      output ||= firstLine(line)
    },
  })
  const isStarved = wasKilled(result) && (oomKills() ?? 0) > (killsBefore ?? 0)
  judge(running, result, output, isStarved)
}

function judge(running: Attempt, result: CommandResult, output: string, isStarved: boolean): void {
  const said = output === '' ? '' : `: ${output}`
  if (result.outcome === 'cannot') running.settle('inconclusive', result.reason)
  else if (isStarved) running.settle('inconclusive', 'ended by the kernel for lack of memory')
  else if (result.outcome !== 'exited') running.settle('failed', `${endOf(result)}${said}`)
  else if (result.code === 0) running.settle('answered', output || 'exit status 0')
  else running.settle(couldNotRun(result.code), `exit status ${result.code}${said}`)
}

/** POSIX, Shell Command Language, 2.8.2: 126 the command was found and can't be executed, 127 it was not found. */
function couldNotRun(code: number): 'inconclusive' | 'failed' {
  return code === 126 || code === 127 ? 'inconclusive' : 'failed'
}

/** By SIGKILL, or the shell says so of its child: 128 and the number of the signal. */
function wasKilled(result: CommandResult): boolean {
  return result.outcome === 'exited' ? result.code === 128 + 9 : result.outcome === 'killed'
}

function endOf(result: Exclude<CommandResult, { outcome: 'exited' | 'cannot' }>): string {
  return result.outcome === 'killed' ? `killed by ${result.signal}` : 'killed at its deadline'
}

function count(command: string, by: 1 | -1): void {
  const open = (stillThere.get(command) ?? 0) + by
  if (open > 0) stillThere.set(command, open)
  else stillThere.delete(command)
}

/**
 * How many processes of our own control group the kernel has ended for lack of memory, ever; null: nobody counts them.
 * Linux, Documentation/admin-guide/cgroup-v2.rst, memory.events: `oom_kill`.
 */
function oomKills(): number | null {
  try {
    const [, path] = /^0::(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8')) ?? []
    const events = readFileSync(`/sys/fs/cgroup${path}/memory.events`, 'utf8')
    const [, count] = /^oom_kill (\d+)$/m.exec(events) ?? []
    return count === undefined ? null : Number(count)
  } catch {
    return null
  }
}
