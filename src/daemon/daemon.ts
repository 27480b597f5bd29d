import type { ControlServer } from '../control/server.ts'
import { withBegunMove } from '../core/stored-state.ts'
import { worstCaseText } from '../core/worst-case.ts'
import type { Locking } from '../system/directory-lock.ts'
import { type ExitCode, exitCodes } from '../system/exit-codes.ts'
import { SocketPathProblem } from '../system/socket-path.ts'
import { type Assembly, type AssemblyOptions, assemble, describe } from './assembly.ts'
import type { Doors, Files } from './doors.ts'
import { onlyOne } from './only-one.ts'
import { operatorCommands } from './operator-commands.ts'
import { type ReloadEnd, Reloads } from './reload.ts'
import { secondaryOr } from './secondary-look.ts'
import { headlineOf } from './status.ts'
import { serveStatusSocket } from './status-socket.ts'
import { loadNode } from './wazo-look.ts'

export interface DaemonOptions extends Files, AssemblyOptions {
  /** Says what keeps it from starting. */
  readonly complain: (line: string) => void
}

export interface Daemon {
  readonly assembly: Assembly
  /** Reads the files again; calls that come while one waits for its turn count as one. Never throws. */
  reload(): void
  /** Gives everything back within 2 s. */
  stop(): Promise<void>
}

/** Comes up, or says why not and returns the exit code. Nothing is switched by the start, a reload or the end. */
export async function startDaemon(options: DaemonOptions, doors: Doors): Promise<Daemon | ExitCode> {
  const loaded = await loadNode(doors, { ...options, mayIdle: true }, null)
  if (!loaded.ok) {
    for (const problem of loaded.problems) options.complain(problem)
    return exitCodes.badConfiguration
  }
  const { settings, warnings } = loaded
  const { lock, other } = await onlyOne(settings, doors)
  if (other !== null) {
    options.complain(other)
    return exitCodes.failed
  }
  const assembly = await assemble(settings, options, doors)
  reportLock(assembly, lock)
  announce(assembly, options, warnings)
  let begin = () => {}
  const begun = new Promise<void>(resolve => {
    begin = resolve
  })
  let reloads: Reloads | null = null
  const reload = () => (reloads as Reloads).reload()
  const control = await serve(assembly, doors, options, begun, reload)
  if (!control) return exitCodes.failed
  const questions = await serveStatusSocket(assembly, doors, begun)
  await start(assembly)
  const opened = new Reloads(assembly, doors, options)
  reloads = opened
  assembly.parts.lookFirst = () => opened.lookNow()
  begin()
  return {
    assembly,
    reload: () => void opened.reload(),
    stop: () => {
      opened.close()
      return stop(assembly, [control, questions]).finally(() => lock.is === 'held' && lock.release())
    },
  }
}

function reportLock({ loop, log, reports }: Assembly, lock: Locking): void {
  if (lock.is !== 'impossible') return
  const text = `no lock in ${loop.settings.stateDirectory} (${lock.why}): see that no second berofosd runs`
  log.write('warning', text)
  reports.report('other-program', 'lock', text)
}

/** Whoever asks before the role is known waits for it: an order would be forgotten, and a status made up. */
async function serve(
  assembly: Assembly,
  doors: Doors,
  { complain }: DaemonOptions,
  begun: Promise<void>,
  reload: () => Promise<ReloadEnd>,
): Promise<ControlServer | null> {
  const { loop, parts, memory, clock, status } = assembly
  const path = loop.settings.controlSocket
  const handle = operatorCommands({ loop, bank: () => parts.bank, memory, clock, status, reload })
  try {
    return await doors.serve(path, (request, tell) => begun.then(() => handle(request, tell)))
  } catch (error) {
    const why =
      error instanceof SocketPathProblem
        ? error.message
        : `${path}: ${describe(error)}: check [control] socket and its directory`
    complain(`control socket ${why}`)
    return null
  }
}

function announce(
  { log, loop, notify }: Assembly,
  options: DaemonOptions,
  warnings: readonly string[],
): void {
  const { devices, checks } = loop.settings
  const names = devices?.map(({ name, host }) => `${name} (${host ?? 'no host'})`).join(', ') || 'none'
  log.write('info', `berofosd ${options.version} starts: ${options.configFile}, ${options.bnfosFile}`)
  log.write('info', `relays: ${names}; ${worstCaseText(checks)}`)
  for (const warning of warnings) log.write('warning', warning)
  if (notify.problem) log.write('warning', notify.problem)
}

async function start(assembly: Assembly): Promise<void> {
  const { loop, parts, web, notify, remembered, findings, clock } = assembly
  let line = ''
  loop.onDecision(() => {
    findings.follow(clock.mono())
    const present = headlineOf(loop.state, parts.bank.list())
    if (present !== line) notify.status(present)
    line = present
  })
  const { policy, lost, sameBoot } = remembered
  const told = policy?.move != null && parts.bank.mayHaveTold(policy.move.to)
  const stored = policy && told ? withBegunMove(policy) : policy
  const secondary = await secondaryOr(remembered.secondary ?? false, loop.settings, assembly)
  loop.post({ kind: 'started', stored, secondary, sameBoot, ...(lost !== null && { lost }) })
  parts.start()
  web.follow(loop.settings.httpListen, loop.settings.httpHosts)
  notify.ready()
  feedWatchdog(assembly)
}

/** Fed by the decision loop itself: a decision is made, then the service manager hears of it. */
function feedWatchdog({ loop, notify, clock }: Assembly): void {
  const { watchdogIntervalMs } = notify
  if (watchdogIntervalMs === null) return
  const feed = () => {
    loop.post({ kind: 'woken' })
    if (loop.isSound) notify.watchdog()
    clock.after(watchdogIntervalMs / 3, feed)
  }
  feed()
}

/** All is given back within 2 s, whatever hangs. */
async function stop(assembly: Assembly, sockets: readonly (ControlServer | null)[]): Promise<void> {
  const { loop, parts, web, hooks, memory, log, notify, clock } = assembly
  notify.stopping()
  log.write('info', 'berofosd stops; the relays stay as they are')
  loop.close()
  hooks.close()
  const closing = Promise.all([
    ...sockets.map(socket => socket?.close()),
    web.close(),
    parts.close(),
    memory.close(500),
  ])
  await Promise.race([closing, clock.sleep(1000)])
  await log.close(500)
  notify.close()
}
