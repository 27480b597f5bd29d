import { mayKick } from '../core/bypass.ts'
import type { Effect } from '../core/effects.ts'
import { unheardRelays } from '../core/failback.ts'
import { freshAheadMs, oneFailureShort } from '../core/look-ahead.ts'
import type { Note } from '../core/notes.ts'
import type { Moment, Severity } from '../core/role.ts'
import type { LogSettings, Settings } from '../core/settings.ts'
import { saidByOthers, siteText } from '../core/site-words.ts'
import { toStored } from '../core/stored-state.ts'
import type { Counts } from '../status/counts.ts'
import type { RecentProbes } from '../status/recent.ts'
import type { Status } from '../status/status-json.ts'
import type { Clock } from '../system/clock.ts'
import { lossText } from '../system/log-line.ts'
import type { Log, LogOptions } from '../system/logger.ts'
import type { Notify } from '../system/sd-notify.ts'
import type { Page } from '../web/server.ts'
import { type Alerting, openAlerting } from './alerting.ts'
import { AskAhead } from './ask-ahead.ts'
import { CommandTrials } from './command-trials.ts'
import { ConfiguredParts, type PartsOptions } from './configured-parts.ts'
import { Counters } from './counters.ts'
import { effectRunners, runEffect } from './effect-runners.ts'
import { EventLoop } from './event-loop.ts'
import { type HistoryEntry, publicEntry } from './history.ts'
import { HookRunner } from './hooks.ts'
import { KnownAddresses } from './known-addresses.ts'
import { type FindingList, NodeReports } from './node-findings.ts'
import type { Ports } from './ports.ts'
import { type SavedBeforeSent, savedBeforeSent } from './saved-before-sent.ts'
import type { LoadedState, StateFile } from './state-file.ts'
import { copyPathOf, trialPathsOf } from './state-places.ts'
import { StateStore, type StateStoreOptions, stateFileName } from './state-store.ts'
import { statusSource } from './status-source.ts'
import { cachedPages, WebListener } from './web-listener.ts'

/** Entries of the history that a page is made of. */
const mostTold = 1000

export interface AssemblyOptions {
  readonly version: string
  /** What a path of the status page answers. */
  readonly page: (path: string, told: PageData) => Page
  /**
   * On a Wazo pair: reads ha.conf again before anybody is asked, so that no line moves for a master that was replaced;
   * null: no such pair.
   */
  readonly lookFirst: () => Promise<void> | null
}

/** What pages are made of. */
export interface PageData {
  readonly status: Status
  readonly counts: Counts
  readonly history: readonly HistoryEntry[]
  readonly recent: RecentProbes
  readonly now: Moment
}

/** The parts of a daemon, put together and not yet started. */
export interface Assembly {
  readonly clock: Clock
  readonly log: Log
  readonly notify: Notify
  readonly store: StateStore
  readonly trials: CommandTrials
  readonly hooks: HookRunner
  readonly parts: ConfiguredParts
  readonly loop: EventLoop
  readonly web: WebListener
  readonly ahead: AskAhead
  readonly loaded: LoadedState
  readonly reports: NodeReports
  readonly findings: FindingList
  readonly alerting: Alerting
  readonly status: () => Status
  readonly publicStatus: () => Status
}

export async function assemble(
  settings: Settings,
  { version, page, lookFirst }: AssemblyOptions,
  ports: Ports,
): Promise<Assembly> {
  const { clock } = ports
  const [reports, counters] = [new NodeReports(), new Counters(clock)]
  const log = openLog(settings, ports, reports)
  const say = (severity: Severity, text: string) => log.write(severity, text)
  const snapshot = () => stateFileOf(loop, parts, addresses, ports)
  const addresses = new KnownAddresses(() => store.saveSoon())
  const store = openStore(settings, ports, { log: say, reports, snapshot, loop: () => loop })
  const trials = new CommandTrials({ ...ports, ...trialPathsOf(settings), log: say })
  const [loaded] = await Promise.all([addresses.load(store.load()), trials.open()])
  const saved = savedBeforeSent(store)
  const plain = (text: string) => siteText(loop.settings.site.kind, text, () => saidByOthers(loop))
  const tell = (severity: Severity, text: string) => say(severity, plain(text))
  const relays = relayLines(store, saved, tell)
  const parts = new ConfiguredParts(settings, {
    ...{ ports, trials, known: loaded.relays, addresses, ...kicking(() => loop) },
    post: counters.first(counters.event, event => loop.post(event)),
    ...{ changed: () => store.saveSoon(), saved: saved.relayWrite },
    line: counters.first(counters.line, relays.line),
    enforce: target => runners.enforce(target),
  })
  const failed = counters.first(counters.hookFailed)
  const hooks = new HookRunner(() => loop.settings, { ...ports, trials }, say, failed, plain)
  const ahead = new AskAhead(clock, most => [parts.bank.checkIsolation(most), parts.askWitnesses()])
  const runners = effectRunners({
    ...{ ahead, hooks, store, saved },
    ...{ loop: () => loop, bank: () => parts.bank },
    log: tell,
    plain,
    logAfterRelays: relays.after,
    lookFirst,
  })
  const run = counters.first(counters.effect, (effect: Effect) => runEffect(runners, effect))
  const loop: EventLoop = openLoop(settings, clock, run, {
    say,
    note: note => relays.note({ ...note, text: plain(note.text) }),
  })
  loop.onDecision(() => beforeItMatters(loop, ahead, parts))
  const told = statusSource({ version, clock, loop, parts, store, reports })
  const pageOf = cachedPages(clock, path => page(path, toldNow(told, counters, store, clock)))
  const web = new WebListener(ports, pageOf, say)
  const alerting = openAlerting({ ports, trials, loop, reports, counters, log: say, ...told })
  const running = { store, trials, hooks, parts, loop, web, ahead, alerting }
  return { clock, log, notify: ports.openNotify(), loaded, reports, ...running, ...told }
}

function beforeItMatters({ settings, state }: EventLoop, ahead: AskAhead, parts: ConfiguredParts): void {
  ahead.follow(freshAheadMs(settings, state))
  parts.lastLook.follow(oneFailureShort(settings, state))
}

function toldNow(
  { status }: Pick<Assembly, 'status'>,
  { counts, recent }: Counters,
  store: StateStore,
  clock: Clock,
): PageData {
  const history = store.history(mostTold).map(publicEntry)
  return { status: status(), counts, recent, history, now: momentOf(clock) }
}

function openLoop(
  settings: Settings,
  clock: Clock,
  run: (effect: Effect) => void,
  told: {
    readonly say: (severity: Severity, text: string) => void
    readonly note: (note: Note) => void
  },
): EventLoop {
  const { say, note } = told
  const complain = (error: unknown) => say('error', `internal error: ${describe(error)}`)
  return new EventLoop(settings, clock, run, complain, text => say('debug', text), note)
}

function openLog({ log }: Settings, ports: Ports, reports: NodeReports): Log {
  return ports.openLog({
    ...logOptions(log, ports.clock),
    lossChanged: (outlet, count) => reports.report('log-lost', outlet, count > 0 ? lossText(count) : null),
    awayChanged: why => reports.report('log-lost', 'away', why),
  })
}

/** A decision that failed leaves nobody to say that the server is well. */
function kicking(loop: () => EventLoop): Pick<PartsOptions, 'mayKick' | 'isAwaited'> {
  return {
    mayKick: () => loop().decidesAll && mayKick(loop().settings, loop().state),
    isAwaited: relay => unheardRelays(loop().settings, loop().state).includes(relay),
  }
}

function momentOf(clock: Clock): Moment {
  return { mono: clock.mono(), wall: clock.wall() }
}

function stateFileOf(
  { state }: EventLoop,
  parts: ConfiguredParts,
  addresses: KnownAddresses,
  { clock, boot }: Ports,
): StateFile {
  const known = { relays: parts.known(), addresses: addresses.all() }
  return { policy: toStored(state, momentOf(clock)), secondary: state.secondary, ...known, boot }
}

function openStore(
  settings: Settings,
  { clock, boot, disk, copy }: Ports,
  {
    reports,
    loop,
    ...rest
  }: Pick<StateStoreOptions, 'log' | 'snapshot'> & {
    readonly reports: NodeReports
    readonly loop: () => EventLoop
  },
): StateStore {
  const unsaved = (name: string, problem: string | null) => {
    reports.report('state-unsaved', name, problem)
    if (name === stateFileName) loop().post({ kind: 'saving', problem })
  }
  const places = { directory: settings.stateDirectory, copyPath: copyPathOf(settings) }
  return new StateStore({ ...places, clock, boot, disk, copy, unsaved, ...rest })
}

/** Lines of relays in their order. */
function relayLines(
  store: StateStore,
  saved: SavedBeforeSent,
  say: (severity: Severity, text: string) => void,
) {
  let turn: Promise<unknown> = Promise.resolve()
  const line: PartsOptions['line'] = ({ severity, text, switchedTo, isDrift }, relay) => {
    // What it waits for is that save alone, and not those that are due once its turn has come.
    const isSaved = switchedTo === undefined ? null : saved.relayLine()
    turn = turn.then(async () => {
      if (isSaved !== null) await isSaved
      say(severity, text)
      if (switchedTo !== undefined) store.recordSwitch(relay, switchedTo, text)
      if (isDrift) store.note({ what: 'drift', relay, text: text.replace(/^drift: /, '') })
    })
  }
  const after = (severity: Severity, text: string) => {
    turn = turn.then(() => say(severity, text))
  }
  const note = (note: Note) => {
    // The end of a move comes after its relays, as in the log.
    if (note.what === 'done') turn = turn.then(() => store.note(note))
    else store.note(note)
  }
  return { line, after, note }
}

export function logOptions({ syslog, facility, level }: LogSettings, clock: Clock): LogOptions {
  return { target: syslog, facility, level, clock }
}

/** One sentence of an error, without its stack. */
export function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
