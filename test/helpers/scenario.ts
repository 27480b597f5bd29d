import { mayKick } from '../../src/core/bypass.ts'
import { type Decision, decide } from '../../src/core/decide.ts'
import { durationText } from '../../src/core/duration.ts'
import type { Effect } from '../../src/core/effects.ts'
import type { Event } from '../../src/core/events.ts'
import { nextText } from '../../src/core/phases.ts'
import { checkTarget } from '../../src/core/proven.ts'
import type { ProbeResult, Role } from '../../src/core/role.ts'
import type { CheckSettings, Settings } from '../../src/core/settings.ts'
import { saidByOthers, siteText } from '../../src/core/site-words.ts'
import { initialState, type State } from '../../src/core/state.ts'
import { toStored } from '../../src/core/stored-state.ts'
import { pingCheck, someSettings } from './settings.ts'
import { parseStored } from './stored.ts'

/** Plays a scenario: lines that begin with `> ` are orders, what follows each is what the core made of it. */
export function playScenario(text: string): string {
  const player = new Player()
  return text
    .split('\n')
    .filter(line => line.startsWith('>') || line.startsWith('#') || line === '')
    .map(line => (line.startsWith('> ') ? [line, ...player.obey(line.slice(2))].join('\n') : line))
    .join('\n')
}

const minute = 60_000
type Order = (player: Player, args: string[]) => void

const orders: Readonly<Record<string, Order>> = {
  config: (p, [key = '', value = '']) => p.configure(key, value),
  start: p => p.post({ kind: 'started', stored: null, secondary: true }),
  proven: p => {
    p.state = { ...p.state, proven: p.settings.checks.map(checkTarget) }
  },
  'role-discovered': (p, [role]) => p.post({ kind: 'roleDiscovered', role: roleIn(role) }),
  agreed: (p, [role]) => p.post({ kind: 'roleDiscovered', role: 'master', agreed: roleIn(role) }),
  restart: (p, how) => p.restart(how.join(' ') === 'within the boot'),
  probe: (p, [check = '', what = '', times = 'x1']) => p.probe(check, what, Number(times.slice(1))),
  'isolation-checked': (p, [name, silence = '']) =>
    p.post({
      kind: 'isolationChecked',
      question: p.state.questions,
      answering: name === 'nobody' ? null : String(name),
      silentMs: Number(/^after-(\d+)ms$/.exec(silence)?.[1] ?? 0),
    }),
  'relays-tried': (p, [how]) =>
    p.post({ kind: 'relaysTried', move: p.state.move?.id ?? 0, all: how !== 'but-one' }),
  'move-begun': p => p.post({ kind: 'moveBegun', move: p.state.move?.id ?? 0 }),
  hook: (p, [hook, end]) =>
    p.post({
      kind: 'hookEnded',
      move: p.state.move?.id ?? 0,
      hook: hook as 'before_slave',
      ok: end === 'ok',
      detail: end === 'ok' ? 'exit status 0' : 'exit status 1',
    }),
  ready: (p, [answer]) =>
    p.post({
      kind: 'readyAnswered',
      question: p.state.questions,
      ready: answer === 'yes',
      detail: answer === 'yes' ? 'exit status 0' : 'exit status 1',
    }),
  window: p => p.post({ kind: 'windowChecked', forMs: 7_200_000 }),
  secondary: (p, [what]) => p.post({ kind: 'secondaryChanged', present: what === 'back' }),
  force: (p, [role, forMs, ...reason]) =>
    p.post({
      kind: 'forced',
      role: role as 'auto',
      forMs: forMs && forMs !== '-' ? Number(forMs) * 1000 : null,
      reason: reason.join(' '),
    }),
  pause: (p, [forS]) =>
    p.post({ kind: 'pausedByOperator', forMs: forS ? Number(forS) * 1000 : null, reason: '' }),
  resume: p => p.post({ kind: 'resumed' }),
  remind: p => p.post({ kind: 'reminded' }),
  // With the names of the checks whose settings are different now.
  reload: (p, changed) => {
    const { settings } = p
    p.post({ kind: 'reloaded', settings, changed, secondary: p.state.secondary, windowForMs: 0 })
  },
  wait: (p, [seconds]) => p.wait(Number(seconds) * 1000),
  tripped: (p, [relay = '', how]) =>
    p.post({
      ...{ kind: 'tripped', relay, trips: how !== 'unseen', unheard: how === 'unheard' },
      soundAt: how === 'unread' ? null : p.now.mono,
    }),
  'answers-udp': (p, [relay = '']) => p.post({ kind: 'answersUdp', relay }),
  next: p => p.lines.push(`  next: ${p.plain(nextText(p))}`),
}

function roleIn(word: string | undefined): Role | null {
  return word === 'none' ? null : (word as Role)
}

/** `fail-inconclusive` is one of each, a second apart. */
const results: Readonly<Record<string, readonly [ProbeResult['outcome'], string]>> = {
  ok: ['answered', '0.4 ms'],
  fail: ['failed', 'no answer in 1 s'],
  inconclusive: ['inconclusive', 'no route from this node'],
}

class Player {
  settings: Settings = someSettings({ secondaryFile: '/var/lib/wazo/is-secondary' })
  state: State = initialState
  now = { mono: 1000, wall: Date.UTC(2026, 0, 5, 12) }
  wakeAt: number | null = null
  lines: string[] = []

  obey(order: string): string[] {
    this.lines = []
    const [word = '', ...args] = order.trim().split(/\s+/)
    const run = orders[word]
    if (!run) throw new Error(`no such order: ${order}`)
    run(this, args)
    if (!['config', 'next', 'proven'].includes(word)) this.lines.push(`  = ${this.summary()}`)
    return this.lines
  }

  post(event: Event): void {
    const decision: Decision = decide(this.settings, this.state, event, this.now)
    this.state = decision.state
    this.wakeAt = decision.wakeAt
    this.lines.push(...decision.effects.map(effect => `  ${this.plain(effectText(effect))}`))
  }

  /** In the words of the site. */
  plain(text: string): string {
    const [, what = '', said = text] = /^((?:log \w+|record [\w-]+): )(.*)$/s.exec(text) ?? []
    return what + siteText(this.settings.site.kind, said, () => saidByOthers(this))
  }

  probe(check: string, what: string, times: number): void {
    for (let i = 0; i < times; i++)
      for (const word of what.split('-')) {
        const [outcome, detail] = results[word] as [ProbeResult['outcome'], string]
        this.wait(1000)
        for (const name of check.split('+'))
          this.post({ kind: 'probed', check: name, result: { outcome, ms: 1, detail } })
      }
  }

  wait(ms: number): void {
    const end = this.now.mono + ms
    while (this.wakeAt !== null && this.wakeAt <= end) {
      this.pass(this.wakeAt - this.now.mono)
      this.post({ kind: 'woken' })
    }
    this.pass(end - this.now.mono)
  }

  /** The daemon is killed and started again a minute later; not within one boot, the machine was booted meanwhile. */
  restart(sameBoot: boolean): void {
    const stored = parseStored(JSON.parse(JSON.stringify(toStored(this.state, this.now))))
    this.now = { mono: sameBoot ? this.now.mono + minute : 5, wall: this.now.wall + minute }
    this.state = initialState
    this.post({ kind: 'started', stored, secondary: true, sameBoot })
  }

  configure(key: string, value: string): void {
    const set: Readonly<Record<string, () => Settings>> = {
      policy: () => this.failback({ policy: value as 'auto' }),
      stable_for: () => this.failback({ stableForMs: Number(value) * 1000 }),
      ready_command: () => this.failback({ readyCommand: value }),
      ready_deadline: () => this.failback({ readyDeadlineMs: Number(value) * 1000 }),
      flap_limit: () => this.failback({ flapLimit: Number(value) }),
      site: () => ({ ...this.settings, site: { kind: 'bypass', kickMs: 5000, watchdogMs: 60_000 } }),
      hook: () => ({ ...this.settings, hooks: { ...this.settings.hooks, [value]: '/bin/true' } }),
      devices: () => ({
        ...this.settings,
        devices: value === 'none' ? null : (someSettings().devices ?? null),
      }),
      fall: () => ({ ...this.settings, checks: [pingCheck({ fall: Number(value) })] }),
      sip: () => this.withSip({ required: value === 'required' }),
      sip_host: () => this.withSip({ host: value }),
      sip_fall: () => this.withSip({ fall: Number(value) }),
    }
    const change = set[key]
    if (!change) throw new Error(`no such key: ${key}`)
    this.settings = change()
  }

  private withSip(change: Partial<CheckSettings>): Settings {
    const before = this.settings.checks.find(({ name }) => name === 'sip')
    const sip = before ?? pingCheck({ name: 'sip', host: 'sip.example', fall: 5 })
    return { ...this.settings, checks: [pingCheck(), { ...sip, ...change } as CheckSettings] }
  }

  private failback(change: Partial<Settings['failback']>): Settings {
    return { ...this.settings, failback: { ...this.settings.failback, ...change } }
  }

  private pass(ms: number): void {
    this.now = { mono: this.now.mono + ms, wall: this.now.wall + ms }
  }

  private summary(): string {
    const { phase, role, verdict, move } = this.state
    const moving = move ? `, ${move.event} to the ${move.to}: ${move.stage}` : ''
    const wake =
      this.wakeAt === null ? '' : `, wakes in ${durationText(Math.round(this.wakeAt - this.now.mono))}`
    if (this.settings.site.kind === 'pair')
      return `${phase}, lines at the ${role}, master ${verdict}${moving}${wake}`
    const kicks = mayKick(this.settings, this.state) ? ', kicks' : ', no kicks'
    return this.plain(`${phase}, lines at the ${role}, the master ${verdict}${moving}${wake}${kicks}`)
  }
}

function effectText(effect: Effect): string {
  switch (effect.kind) {
    case 'log':
      return `log ${effect.severity}: ${effect.text}`
    case 'record':
      return `record ${effect.what}: ${effect.reason}`
    case 'enforce':
      return `enforce ${effect.role}${effect.move === null ? '' : ', a move'}`
    case 'runHook':
      return `run hook ${effect.hook} (${effect.event} ${effect.from} -> ${effect.to})`
    case 'discoverRole':
    case 'askReady':
    case 'endHook':
    case 'remindRelays':
    case 'save':
    case 'checkIsolation':
    case 'observe':
      return effect.kind
  }
}
