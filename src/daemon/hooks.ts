import { durationText } from '../core/duration.ts'
import type { HookEnvironment } from '../core/effects.ts'
import type { Severity } from '../core/role.ts'
import type { HookName, HookSettings, Settings } from '../core/settings.ts'
import { siteWords } from '../core/site-words.ts'
import type { Clock } from '../system/clock.ts'
import type { CommandResult } from '../system/run-command.ts'
import type { CommandTrials } from './command-trials.ts'
import type { Ports } from './ports.ts'

interface HookEnd {
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
    private readonly ports: Pick<Ports, 'clock' | 'run'> & {
      /** Of ready_command. How often the daemon ended while a hook ran is counted with its move. */
      readonly trials: Pick<CommandTrials, 'around'>
    },
    private readonly log: (severity: Severity, text: string) => void,
    private readonly failed: (hook: HookName) => void = () => {},
    /** A text of the policy in the words of the site. */
    private readonly plain: (text: string) => string = text => text,
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
      const { clock } = this.ports
      const begunAt = clock.mono()
      // Not its command line: there may be a password in it.
      this.log('info', `hook ${hook}: runs`)
      const reason = this.plain(environment.reason)
      const told = variables({ ...environment, reason }, this.settings().site.kind)
      return this.command(`hook ${hook}`, line, hooks, told, signal).then(ended => {
        if (ended.ok) this.log('info', `hook ${hook}: succeeded after ${secondsSince(begunAt, clock)}`)
        else this.failed(hook)
        return ended
      })
    })
    this.turn = end.catch(() => {})
    return end
  }

  /** Ends the hook that runs: its move is past. */
  endLatest(): void {
    this.latest.abort()
  }

  /** Asks ready_command whether lines may move now; what it says last is why not. */
  async ready(): Promise<HookEnd> {
    const { failback, hooks } = this.settings()
    if (failback.readyCommand === null) return { ok: true, detail: 'not configured' }
    let said = ''
    const end = await this.command(
      'ready_command',
      failback.readyCommand,
      hooks,
      { BEROFOSD_EVENT: 'ready' },
      this.ended.signal,
      text => {
        said = text.trim().slice(0, mostSaid) || said
      },
      this.ports.trials.around('ready_command', this.ports.run),
    )
    const isOwnWord = said !== '' && end.detail.startsWith('exit status')
    return isOwnWord ? { ...end, detail: said } : end
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
    heard: (text: string) => void = () => {},
    run: Ports['run'] = this.ports.run,
  ): Promise<HookEnd> {
    const result = await run({
      line,
      env,
      timeoutMs,
      clock: this.ports.clock,
      signal,
      onLine: text => {
        heard(text)
        this.log('info', `${name}: ${text}`)
      },
    })
    return endOf(result, timeoutMs)
  }
}

/** Characters of what ready_command says that are shown. */
const mostSaid = 200

function variables(
  { event, from, to, reason }: HookEnvironment,
  kind: Settings['site']['kind'],
): Record<string, string> {
  const { role } = siteWords(kind)
  return {
    BEROFOSD_EVENT: event,
    BEROFOSD_FROM: role[from],
    BEROFOSD_TO: role[to],
    BEROFOSD_REASON: reason,
  }
}

function secondsSince(mono: number, clock: Clock): string {
  return `${((clock.mono() - mono) / 1000).toFixed(1)} s`
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
