import { loadSettings } from '../config/load.ts'
import { type ControlServer, isServed, serveControl } from '../control/server.ts'
import { targetOf } from '../core/role-machine.ts'
import type { Settings } from '../core/settings.ts'
import { worstCaseText } from '../core/worst-case.ts'
import { systemClock } from '../system/clock.ts'
import { type ExitCode, exitCodes } from '../system/exit-codes.ts'
import { keepHeapSmall } from '../system/small-heap.ts'
import { type Assembly, assemble, describe, logOptions } from './assembly.ts'
import { operatorCommands } from './operator-commands.ts'
import { statusLine } from './status.ts'

export interface DaemonOptions {
  readonly configFile: string
  readonly bnfosFile: string
  readonly version: string
  /** Says what keeps it from starting. */
  readonly complain: (line: string) => void
}

/** Runs until SIGTERM or SIGINT. Nothing is switched by the start, a reload or the end. */
export async function runDaemon(options: DaemonOptions): Promise<ExitCode> {
  keepHeapSmall()
  // Until a reload can be carried out it must not end the daemon either.
  process.on('SIGHUP', () => {})
  const loaded = await loadSettings(options)
  if (!loaded.ok) {
    for (const problem of loaded.problems) options.complain(problem)
    return exitCodes.badConfiguration
  }
  const { settings, warnings } = loaded
  if (await isServed(settings.controlSocket, systemClock)) {
    options.complain(`another berofosd serves ${settings.controlSocket}: stop it first`)
    return exitCodes.failed
  }
  const assembly = await assemble(settings, options.version, systemClock)
  announce(assembly, options, warnings)
  const stopped = untilStopped(assembly, options)
  const control = await serve(assembly, settings.controlSocket, options)
  if (!control) return exitCodes.failed
  await start(assembly)
  const code = await stopped
  await stop(assembly, control)
  return code
}

async function serve(
  assembly: Assembly,
  path: string,
  { complain }: DaemonOptions,
): Promise<ControlServer | null> {
  const { loop, parts, memory, clock, status } = assembly
  try {
    return await serveControl(path, operatorCommands({ loop, bank: () => parts.bank, memory, clock, status }))
  } catch (error) {
    complain(`control socket ${path}: ${describe(error)}: check [control] socket and its directory`)
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
  const { loop, parts, notify, remembered, status } = assembly
  let line = ''
  loop.onDecision(() => {
    const present = statusLine(status())
    if (present !== line) notify.status(present)
    line = present
  })
  loop.post({ kind: 'started', stored: remembered.policy, secondary: await parts.isSecondary() })
  parts.start()
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

/** Resolves at SIGTERM or SIGINT, or at a bug that nobody caught; SIGHUP reloads, several at once count as one. */
function untilStopped(assembly: Assembly, options: DaemonOptions): Promise<ExitCode> {
  const { log, notify } = assembly
  let waiting = false
  let reloading: Promise<void> = Promise.resolve()
  process.on('SIGHUP', () => {
    if (waiting) return
    waiting = true
    reloading = reloading.then(async () => {
      waiting = false
      await reload(assembly, options).catch(error => {
        log.write('error', `reload: ${describe(error)}; the old configuration stays in force`)
        notify.ready()
      })
    })
  })
  process.on('unhandledRejection', error => log.write('error', `internal error: ${describe(error)}`))
  return new Promise(resolve => {
    process.once('SIGTERM', () => resolve(exitCodes.done))
    process.once('SIGINT', () => resolve(exitCodes.done))
    // The service manager starts it again, and a start switches nothing.
    process.on('uncaughtException', error => {
      log.write('error', `internal error: ${describe(error)}; stopping`)
      resolve(exitCodes.failed)
    })
  })
}

/** A bad file keeps the old configuration in force. */
async function reload({ log, loop, parts, notify, clock }: Assembly, options: DaemonOptions): Promise<void> {
  notify.reloading()
  const loaded = await loadSettings(options)
  if (!loaded.ok) {
    for (const problem of loaded.problems) log.write('error', problem)
    log.write('error', 'reload: the old configuration stays in force')
    notify.ready()
    return
  }
  const { settings, warnings } = loaded
  for (const warning of [...warnings, ...fixedUntilRestart(loop.settings, settings)])
    log.write('warning', warning)
  log.reconfigure(logOptions(settings.log, clock))
  loop.settings = settings
  const changed = await parts.follow(settings, () => targetOf(loop.state))
  loop.post({ kind: 'reloaded', changed })
  log.write(
    'info',
    `reload: ${options.configFile} and ${options.bnfosFile} are in force; ${worstCaseText(settings.checks)}`,
  )
  notify.ready()
}

function fixedUntilRestart(before: Settings, after: Settings): string[] {
  const keys = { '[control] socket': 'controlSocket', '[state] directory': 'stateDirectory' } as const
  return Object.entries(keys)
    .filter(([, key]) => before[key] !== after[key])
    .map(([name]) => `${name}: the change takes effect at the next restart`)
}

/** All is given back within 2 s, whatever hangs. */
async function stop(assembly: Assembly, control: ControlServer): Promise<void> {
  const { loop, parts, hooks, memory, log, notify, clock } = assembly
  notify.stopping()
  log.write('info', 'berofosd stops; the relays stay as they are')
  loop.close()
  hooks.close()
  const closing = Promise.all([control.close(), parts.close(), memory.close(500)])
  await Promise.race([closing, clock.sleep(1000)])
  await log.close(500)
  notify.close()
}
