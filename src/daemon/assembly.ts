import type { Moment, Severity } from '../core/role.ts'
import type { LogSettings, Settings } from '../core/settings.ts'
import type { State } from '../core/state.ts'
import { toStored } from '../core/stored-state.ts'
import type { Status } from '../status/wire.ts'
import type { Clock } from '../system/clock.ts'
import { lossText } from '../system/log-line.ts'
import type { Log, LogOptions } from '../system/logger.ts'
import type { Notify } from '../system/sd-notify.ts'
import type { Page } from '../web/server.ts'
import { ConfiguredParts, type PartsOptions } from './configured-parts.ts'
import type { Doors } from './doors.ts'
import { effectRunners, runEffect } from './effect-runners.ts'
import { EventLoop } from './event-loop.ts'
import type { FindingList } from './finding-list.ts'
import { HookRunner } from './hooks.ts'
import { Memory, type MemoryOptions, stateFile } from './memory.ts'
import { NodeReports } from './node-reports.ts'
import type { Recalled, Remembered } from './remembered.ts'
import { copyPathOf } from './state-places.ts'
import { statusSource } from './status-source.ts'
import { WebListener } from './web-listener.ts'

export interface AssemblyOptions {
  readonly version: string
  /** What a path of the status page answers. */
  readonly page: (path: string, status: Status) => Page
}

/** The parts of a daemon, put together and not yet started. */
export interface Assembly {
  readonly clock: Clock
  readonly log: Log
  readonly notify: Notify
  readonly memory: Memory
  readonly hooks: HookRunner
  readonly parts: ConfiguredParts
  readonly loop: EventLoop
  readonly web: WebListener
  readonly remembered: Recalled
  readonly reports: NodeReports
  readonly findings: FindingList
  readonly status: () => Status
  readonly publicStatus: () => Status
}

export async function assemble(
  settings: Settings,
  { version, page }: AssemblyOptions,
  doors: Doors,
): Promise<Assembly> {
  const { clock, boot } = doors
  const reports = new NodeReports()
  const log = doors.openLog({
    ...logOptions(settings.log, clock),
    lossChanged: (outlet, count) => reports.report('log-lost', outlet, count > 0 ? lossText(count) : null),
  })
  const say = (severity: Severity, text: string) => log.write(severity, text)
  const notify = doors.openNotify()
  const now = (): Moment => ({ mono: clock.mono(), wall: clock.wall() })
  const snapshot = () => remember(loop.state, now(), { relays: parts.known(), boot })
  const memory = openMemory(settings, doors, { log: say, reports, snapshot, loop: () => loop })
  const remembered = await memory.recall()
  const relays = relayLines(memory, say)
  const parts = new ConfiguredParts(settings, {
    doors,
    post: event => loop.post(event),
    changed: () => memory.save(),
    line: relays.line,
    kept: () => memory.saved(longestSaveMs),
    known: remembered.relays,
  })
  const hooks = new HookRunner(() => loop.settings, doors, say)
  const runners = effectRunners({
    loop: () => loop,
    bank: () => parts.bank,
    hooks,
    memory,
    log: say,
    logAfterRelays: relays.after,
    lookFirst: () => parts.lookFirst(),
    askWitnesses: () => parts.askWitnesses(),
  })
  const loop: EventLoop = new EventLoop(
    settings,
    clock,
    effect => runEffect(runners, effect),
    error => say('error', `internal error: ${describe(error)}`),
  )
  const told = statusSource({ version, clock, loop, parts, memory, reports })
  const web = new WebListener(doors, path => page(path, told.status()), say)
  return { clock, log, notify, memory, hooks, parts, loop, web, remembered, reports, ...told }
}

function remember(state: State, now: Moment, rest: Pick<Remembered, 'relays' | 'boot'>): Remembered {
  return { policy: toStored(state, now), secondary: state.secondary, ...rest }
}

function openMemory(
  settings: Settings,
  { clock, boot, disk, copy }: Doors,
  {
    reports,
    loop,
    ...rest
  }: Pick<MemoryOptions, 'log' | 'snapshot'> & {
    readonly reports: NodeReports
    readonly loop: () => EventLoop
  },
): Memory {
  const unsaved = (name: string, problem: string | null) => {
    reports.report('state-unsaved', name, problem)
    if (name === stateFile) loop().post({ kind: 'saving', problem })
  }
  const places = { directory: settings.stateDirectory, copyPath: copyPathOf(settings) }
  return new Memory({ ...places, clock, boot, disk, copy, unsaved, ...rest })
}

/** A change of a relay is saved before it is said, so that a daemon killed in between does not say it twice. */
const longestSaveMs = 250

/** Lines of relays in their order; those of a real change wait for the disk, but not for one that hangs. */
function relayLines(memory: Memory, say: (severity: Severity, text: string) => void) {
  let turn: Promise<unknown> = Promise.resolve()
  const line: PartsOptions['line'] = ({ severity, text, switchedTo }, relay) => {
    turn = turn.then(async () => {
      if (switchedTo !== undefined) await memory.saved(longestSaveMs)
      say(severity, text)
      if (switchedTo !== undefined) memory.recordSwitch(relay, switchedTo, text)
    })
  }
  const after = (severity: Severity, text: string) => {
    turn = turn.then(() => say(severity, text))
  }
  return { line, after }
}

export function logOptions({ syslog, facility, level }: LogSettings, clock: Clock): LogOptions {
  return { target: syslog, facility, level, clock }
}

/** One sentence of an error, without its stack. */
export function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
