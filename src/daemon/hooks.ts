import { durationText } from '../core/duration.ts'
import type { HookEnvironment } from '../core/effects.ts'
import type { Severity } from '../core/role.ts'
import type { HookName, HookSettings, Settings } from '../core/settings.ts'
import type { CommandResult } from '../system/run-command.ts'
import type { Doors } from './doors.ts'

export interface HookEnd {
  readonly ok: boolean
  /** What became of it: `exit status 3`, `killed after 60s`. */
  readonly detail: string
}

/** Operators' commands, one at a time: a newer move ends the hook of an older one. ready_command runs beside them. */
export class HookRunner {
  private turn: Promise<unknown> = Promise.resolve()
  private readonly ended = new AbortController()
  private latest = new AbortController()

  constructor(
    private readonly settings: () => Settings,
    private readonly doors: Pick<Doors, 'clock' | 'run'>,
    private readonly log: (severity: Severity, text: string) => void,
  ) {}

  /**
   * Ends the hook that runs, since its move is past, and runs; ends at `hooks.timeout` at the latest, with its
   * children. Lines must not stay at a dead master because of an `after_master` that takes its time. `after`: what
   * it waits for besides, such as the save: a hook may bring the daemon down, and the next one has to know of it.
   */
  run(hook: HookName, environment: HookEnvironment, after: Promise<unknown>): Promise<HookEnd> {
    this.latest.abort()
    const mine = new AbortController()
    this.latest = mine
    const signal = AbortSignal.any([this.ended.signal, mine.signal])
    const end = Promise.all([this.turn, after]).then(() => {
      if (mine.signal.aborted) return { ok: false, detail: 'not run, a newer move began' }
      const { hooks } = this.settings()
      const line = hooks[hook]
      if (line === null) return { ok: true, detail: 'not configured' }
      // Not its command line: there may be a password in it.
      this.log('info', `hook ${hook}: runs`)
      return this.command(`hook ${hook}`, line, hooks, variables(environment), signal)
    })
    this.turn = end.catch(() => {})
    return end
  }

  /** Ends the hook that runs: its move is past. */
  endLatest(): void {
    this.latest.abort()
  }

  /** Asks ready_command whether lines may move now. */
  async ready(): Promise<HookEnd> {
    const { failback, hooks } = this.settings()
    if (failback.readyCommand === null) return { ok: true, detail: 'not configured' }
    return this.command(
      'ready_command',
      failback.readyCommand,
      hooks,
      { BEROFOSD_EVENT: 'ready' },
      this.ended.signal,
    )
  }

  close(): void {
    this.ended.abort()
  }

  private async command(
    name: string,
    line: string,
    { timeoutMs }: HookSettings,
    env: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<HookEnd> {
    const result = await this.doors.run({
      line,
      env,
      timeoutMs,
      clock: this.doors.clock,
      signal,
      onLine: text => this.log('info', `${name}: ${text}`),
    })
    return endOf(result, timeoutMs)
  }
}

function variables({ event, from, to, reason }: HookEnvironment): Record<string, string> {
  return { BEROFOSD_EVENT: event, BEROFOSD_FROM: from, BEROFOSD_TO: to, BEROFOSD_REASON: reason }
}

function endOf(result: CommandResult, timeoutMs: number): HookEnd {
  switch (result.outcome) {
    case 'exited':
      return { ok: result.code === 0, detail: `exit status ${result.code}` }
    case 'killed':
      return { ok: false, detail: `killed by ${result.signal}` }
    case 'late':
      return { ok: false, detail: `killed after ${durationText(timeoutMs)}` }
    case 'cannot':
      return { ok: false, detail: result.reason }
  }
}
