import type { ControlServer } from '../control/server.ts'
import { stopText } from '../core/bypass.ts'
import { isMasterless } from '../core/secondary.ts'
import type { Settings } from '../core/settings.ts'
import { withBegunMove } from '../core/stored-state.ts'
import { bypassText, worstCaseText } from '../core/worst-case.ts'
import type { Locking } from '../system/directory-lock.ts'
import { type ExitCode, exitCodes } from '../system/exit-codes.ts'
import { SocketPathProblem } from '../system/socket-path.ts'
import { type Assembly, type AssemblyOptions, assemble, describe } from './assembly.ts'
import { loadNode } from './node-files.ts'
import { onlyOne, outlast, type Patience } from './only-one.ts'
import { operatorCommands } from './operator-commands.ts'
import type { Files, Ports } from './ports.ts'
import { type ReloadEnd, Reloads, secondaryOr } from './reload.ts'
import { headlineOf } from './status.ts'
import { serveStatusSocket } from './status-socket.ts'

export interface DaemonOptions extends Files, Omit<AssemblyOptions, 'lookFirst'> {
  /** Says what keeps it from starting. */
  readonly complain: (line: string) => void
  /** With another daemon there; absent: it ends at once. */
  readonly patience?: Patience
}

export interface Daemon {
  readonly assembly: Assembly
  /** Reads the files again; calls that come while one waits for its turn count as one. Never throws. */
  reload(): void
  /** Gives everything back within 2 s. */
  stop(): Promise<void>
}

/** Comes up, or says why not and returns the exit code. Nothing is switched by the start, a reload or the end. */
export async function startDaemon(options: DaemonOptions, ports: Ports): Promise<Daemon | ExitCode> {
  const loaded = await loadNode(ports, { ...options, mayIdle: true }, null)
  if (!loaded.ok) {
    for (const problem of loaded.problems) options.complain(problem)
    return exitCodes.badConfiguration
  }
  const { settings, warnings } = loaded
  const { lock, other } = await onlyOne(settings, ports)
  if (other !== null) {
    options.complain(other)
    if (options.patience) await outlast(settings, ports, options.patience)
    return exitCodes.failed
  }
  let reloads: Reloads | null = null
  const lookFirst = () => reloads?.lookNow() ?? null
  const assembly = await assemble(settings, { ...options, lookFirst }, ports)
  const locking = keepLocked(assembly, lock, ports)
  announce(assembly, options, warnings)
  let begin = () => {}
  const begun = new Promise<void>(resolve => {
    begin = resolve
  })
  const reload = () => (reloads as Reloads).reload()
  const control = await serve(assembly, ports, options, begun, reload)
  if (!control) return exitCodes.failed
  const questions = await serveStatusSocket(assembly, ports, begun)
  await start(assembly)
  const opened = new Reloads(assembly, ports, options)
  reloads = opened
  begin()
  return {
    assembly,
    reload: () => void opened.reload(),
    stop: () => {
      opened.close()
      return stop(assembly, [control, questions]).finally(locking.release)
    },
  }
}

/** A state directory that can't be locked now is tried again so often: it may have been away. */
const lockAgainMs = 5000

/** Holds the lock; where there was none to be had, says so, and takes it as soon as there is. */
function keepLocked({ loop, log, reports, clock }: Assembly, first: Locking, ports: Ports) {
  const { stateDirectory } = loop.settings
  let lock = first
  const ended = new AbortController()
  // One try at a time, however long it takes: each one that hangs keeps one of the few threads.
  const look = async (earlier: Promise<Locking> | undefined) => {
    if (earlier) lock = await earlier
    while (lock.is !== 'held') {
      await clock.sleep(lockAgainMs, ended.signal)
      if (ended.signal.aborted) return
      lock = await ports.lock(stateDirectory)
    }
    if (ended.signal.aborted) return lock.release()
    log.write('info', `${stateDirectory} is locked now`)
    reports.report('other-program', 'lock', null)
  }
  if (first.is === 'impossible') {
    const text = `no lock in ${stateDirectory} (${first.why}): see that no second berofosd runs`
    log.write('warning', text)
    reports.report('other-program', 'lock', text)
    void look(first.later)
  }
  return {
    release: async () => {
      ended.abort()
      if (lock.is === 'held') await lock.release()
    },
  }
}

/** Whoever asks before the role is known waits for it: an order would be forgotten, and a status made up. */
async function serve(
  assembly: Assembly,
  ports: Ports,
  { complain }: DaemonOptions,
  begun: Promise<void>,
  reload: () => Promise<ReloadEnd>,
): Promise<ControlServer | null> {
  const { loop, parts, store, clock, status, alerting } = assembly
  const path = loop.settings.controlSocket
  const handle = operatorCommands({
    ...{ loop, store, clock, status, alerting, reload },
    bank: () => parts.bank,
  })
  try {
    return await ports.serve(path, (request, tell) => begun.then(() => handle(request, tell)))
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
  { log, loop, notify, store }: Assembly,
  options: DaemonOptions,
  warnings: readonly string[],
): void {
  const { site, devices, checks, relays } = loop.settings
  const names = devices?.map(({ name, host }) => `${name} (${host ?? 'no host'})`).join(', ') || 'none'
  log.write('info', `berofosd ${options.version} starts: ${options.configFile}, ${options.bnfosFile}`)
  store.note({ what: 'start', text: `berofosd ${options.version}` })
  if (!isMasterless(loop.settings)) log.write('info', whoIsWatched(loop.settings))
  log.write('info', `relays: ${names}; ${worstCaseText(checks)}`)
  if (site.kind === 'bypass') log.write('info', bypassText(site, relays.timeoutMs))
  for (const warning of warnings) log.write('warning', warning)
  if (notify.problem) log.write('warning', notify.problem)
}

/** `master: 10.34.1.10, asked by ping, sip; web decides nothing`. */
function whoIsWatched({ site, master, checks }: Settings): string {
  const names = (required: boolean) =>
    checks.filter(check => check.required === required).map(({ name }) => name)
  const optional = names(false)
  const who = site.kind === 'bypass' ? 'server: this one' : `master: ${master.host}`
  const aside = optional.length === 0 ? '' : `; not deciding: ${optional.join(', ')}`
  return `${who}, asked by ${names(true).join(', ')}${aside}`
}

async function start(assembly: Assembly): Promise<void> {
  const { loop, parts, web, notify, loaded, findings, alerting, clock } = assembly
  let line = ''
  loop.onDecision(() => {
    findings.follow(clock.mono())
    const present = headlineOf(loop.state, loop.settings.site.kind, parts.bank.list())
    if (present !== line) notify.status(present)
    line = present
  })
  const { policy, lost, sameBoot } = loaded
  const told = policy?.move != null && parts.bank.mayHaveTold(policy.move.to)
  const stored = policy && told ? withBegunMove(policy) : policy
  const secondary = await secondaryOr(loaded.secondary ?? false, loop.settings, assembly)
  loop.post({ kind: 'started', stored, secondary, sameBoot, ...(lost !== null && { lost }) })
  parts.start()
  web.follow(loop.settings.http)
  alerting.follow(loop.settings)
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
  const { loop, parts, web, ahead, trials, hooks, store, alerting, log, notify, clock } = assembly
  notify.stopping()
  const text = stopText(loop.settings, loop.state)
  log.write('info', `berofosd stops; ${text}`)
  store.note({ what: 'stop', text })
  loop.close()
  trials.close()
  ahead.follow(null)
  hooks.close()
  alerting.close()
  const closing = Promise.all([
    ...sockets.map(socket => socket?.close()),
    web.close(),
    parts.close(),
    store.close(500),
  ])
  await Promise.race([closing, clock.sleep(1000)])
  await log.close(500)
  notify.close()
}
