import { isDeepStrictEqual } from 'node:util'
import type { SettingsLoading } from '../config/load.ts'
import { withWazo } from '../config/wazo-node.ts'
import { letGoTexts } from '../core/bypass.ts'
import { targetOf } from '../core/decide.ts'
import type { Note } from '../core/notes.ts'
import type { Settings } from '../core/settings.ts'
import { worstCaseText } from '../core/worst-case.ts'
import type { Timer } from '../system/clock.ts'
import { type Assembly, describe, logOptions } from './assembly.ts'
import { loadNode, lookAtWazo } from './node-files.ts'
import type { Files, Ports } from './ports.ts'
import { changesBetween, missingIn, wazoNews } from './settings-changes.ts'

/** How often ha.conf is read again: as often as Wazo's own cron job runs. */
const wazoLookMs = 60_000

/** A look takes a millisecond; a disk that hangs holds up no failover for longer. */
const longestLookMs = 500

/** A file that is being replaced is away for some milliseconds; one that is still away then is gone. */
const secondLookMs = 1000

/** `changed`: what is different now, in words; `problems`: a line each, and the old configuration stays in force. */
export type ReloadEnd =
  | { readonly ok: true; readonly changed: readonly string[]; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly problems: readonly string[] }

/** Applies new settings, one after the other: at a reload, and when ha.conf says something else. */
export class Reloads {
  private turn: Promise<void> = Promise.resolve()
  private waiting: Promise<ReloadEnd> | null = null
  private lookTimer: Timer | null = null
  private closed = false

  constructor(
    private readonly assembly: Assembly,
    private readonly ports: Ports,
    private readonly files: Files,
  ) {
    this.lookLater()
  }

  /** Reads the files again; calls that come while one waits for its turn count as one. Never throws. */
  reload(): Promise<ReloadEnd> {
    this.waiting ??= new Promise(resolve => {
      this.inTurn(async () => {
        this.waiting = null
        const end = await this.readFiles().catch((error: unknown) => ({
          ok: false as const,
          problems: [`reload: ${describe(error)}`],
        }))
        if (!end.ok) this.sayProblems(end.problems)
        this.assembly.store.note(noteOf(end))
        this.assembly.reports.report('files-invalid', '', end.ok ? null : invalidText(end.problems))
        this.assembly.notify.ready()
        resolve(end)
      })
    })
    return this.waiting
  }

  /** Applies ha.conf as it is now, if the disk is quick; null: there is no such file to look at. Never rejects. */
  lookNow(): Promise<void> | null {
    if (!this.assembly.loop.settings.wazo) return null
    this.inTurn(() => this.look())
    return Promise.race([this.turn, this.ports.clock.sleep(longestLookMs)])
  }

  close(): void {
    this.closed = true
    this.lookTimer?.cancel()
  }

  private inTurn(task: () => Promise<void>): void {
    const { log } = this.assembly
    this.turn = this.turn.then(async () => {
      if (this.closed) return
      await task().catch(error => {
        log.write('error', `reload: ${describe(error)}; the old configuration stays in force`)
      })
      this.lookLater()
    })
  }

  private sayProblems(problems: readonly string[]): void {
    for (const problem of [...problems, 'reload: the old configuration stays in force'])
      this.assembly.log.write('error', problem)
  }

  /** A bad file keeps the old configuration in force. */
  private async readFiles(): Promise<ReloadEnd> {
    const { log, loop, notify, clock } = this.assembly
    notify.reloading()
    const loaded = await this.load()
    if (!loaded.ok) return loaded
    const { settings } = loaded
    const missing = missingIn(settings, loop.settings, this.files.bnfosFile)
    if (missing !== null) return { ok: false, problems: [missing] }
    const changed = changesBetween(loop.settings, settings)
    const warnings = [
      ...loaded.warnings,
      ...fixedUntilRestart(loop.settings, settings),
      ...letGoTexts(loop.settings, settings, loop.state),
    ]
    for (const warning of warnings) log.write('warning', warning)
    log.reconfigure(logOptions(settings.log, clock))
    await this.applySettings(settings)
    log.write('info', `reload: ${inForceText(settings, this.files)}; ${worstCaseText(settings.checks)}`)
    return { ok: true, changed, warnings }
  }

  /** A bnfos.conf that was there and is away is looked for once more. */
  private async load(): Promise<SettingsLoading> {
    const { loop, clock } = this.assembly
    const look = () => loadNode(this.ports, this.files, loop.settings.wazo?.master ?? null)
    const first = await look()
    const isAway = first.ok && first.settings.devices === null && loop.settings.devices !== null
    if (!isAway) return first
    await clock.sleep(secondLookMs)
    return look()
  }

  /** Only ha.conf: what an operator is still editing waits for the reload. */
  private async look(): Promise<void> {
    const { settings } = this.assembly.loop
    const look = await lookAtWazo(this.ports, this.files)
    const next = withWazo(settings, look, settings.wazo?.master ?? null)
    if (!this.closed && !isDeepStrictEqual(next, settings)) await this.applySettings(next)
  }

  private async applySettings(settings: Settings): Promise<void> {
    const { log, loop, parts, web, alerting } = this.assembly
    const secondary = await secondaryOr(loop.state.secondary, settings, this.assembly)
    if (this.closed) return
    for (const { severity, text } of wazoNews(loop.settings, settings)) log.write(severity, text)
    // In one go: nothing may be decided by new settings on what was counted under the old ones.
    const { gone, ...reloaded } = parts.follow(settings, targetOf(loop.state))
    loop.post({ kind: 'reloaded', settings, ...reloaded, secondary })
    web.follow(settings.http)
    alerting.follow(settings)
    await gone
  }

  private lookLater(): void {
    this.lookTimer?.cancel()
    const asks = !this.closed && this.assembly.loop.settings.wazo
    const look = () => this.inTurn(() => this.look())
    this.lookTimer = asks ? this.ports.clock.after(wazoLookMs, look) : null
  }
}

/** What is wrong may quote a password: only operators are told. */
function noteOf(end: ReloadEnd): Note {
  if (!end.ok)
    return {
      what: 'reload',
      text: 'refused, the old configuration stays in force',
      detail: invalidText(end.problems),
    }
  return { what: 'reload', text: end.changed.length > 0 ? end.changed.join(', ') : 'nothing has changed' }
}

function inForceText({ devices }: Settings, { configFile, bnfosFile }: Files): string {
  return devices === null
    ? `${configFile} is in force; ${bnfosFile} is gone: no relay is driven`
    : `${configFile} and ${bnfosFile} are in force`
}

function invalidText([first, ...others]: readonly string[]): string {
  return others.length === 0 ? String(first) : `${first} (and ${others.length} more)`
}

function fixedUntilRestart(before: Settings, after: Settings): string[] {
  const keys = {
    '[control] socket': 'controlSocket',
    '[control] status_socket': 'statusSocket',
    '[state] directory': 'stateDirectory',
  } as const
  return Object.entries(keys)
    .filter(([, key]) => before[key] !== after[key])
    .map(([name]) => `${name}: the change takes effect at the next restart`)
}

/** Whether this node is the secondary; where the file system that would tell hangs, what was known before counts. */
export async function secondaryOr(
  before: boolean,
  settings: Settings,
  { parts, log }: Pick<Assembly, 'parts' | 'log'>,
): Promise<boolean> {
  const present = await parts.isSecondary(settings)
  if (present !== null) return present
  const as = before ? 'as the secondary, which it was' : 'as one that is not the secondary'
  log.write('error', `${settings.secondaryFile}: no answer in 2s: the disk hangs, check it; going on ${as}`)
  return before
}
