import { decide } from '../../src/core/decide.ts'
import type { Effect } from '../../src/core/effects.ts'
import type { Event } from '../../src/core/events.ts'
import type { Role } from '../../src/core/role.ts'
import type { Settings } from '../../src/core/settings.ts'
import { initialState, type State } from '../../src/core/state.ts'

/** What answers: `link` (this node's own), `master`, relays and witnesses by name. */
export type Reachable = ReadonlySet<string>

/** Every subset, the empty one first. */
export function subsets(names: readonly string[]): Reachable[] {
  return Array.from(
    { length: 2 ** names.length },
    (_, bits) => new Set(names.filter((_, index) => (bits >> index) & 1)),
  )
}

/** The policy in a world where things answer or not: probes, isolation checks and relays do as they would, without delay. */
export class SmallWorld {
  private state: State = initialState
  private mono = 1000
  private wakeAt: number | null = null
  private lines: string[] = []
  private readonly queue: Event[] = []
  /** Roles that the relays were told to hold. */
  driven: Role[] = []

  constructor(private readonly settings: Settings) {
    const stored = {
      ...{ version: 1 as const, role: 'master' as const, adopting: false, roleSince: 0, override: null },
      ...{ pause: null, failovers: [], flapping: false, move: null, moves: 0 },
    }
    this.post({ kind: 'started', stored, secondary: true }, new Set())
  }

  copy(): SmallWorld {
    const other = new SmallWorld(this.settings)
    other.state = this.state
    other.mono = this.mono
    other.wakeAt = this.wakeAt
    other.lines = [...this.lines]
    other.driven = [...this.driven]
    return other
  }

  /** One probe of each check a second. */
  live(reached: Reachable, seconds: number): void {
    for (let second = 0; second < seconds; second++) {
      this.pass(1000, reached)
      const outcome = reached.has('link') && reached.has('master') ? 'answered' : 'failed'
      for (const { name } of this.settings.checks)
        this.post({ kind: 'probed', check: name, result: { outcome, ms: 1, detail: outcome } }, reached)
    }
  }

  get role(): Role {
    return this.state.role
  }

  summary(): string {
    return `${this.state.role} ${this.state.phase}`
  }

  /** How many lines begin so. */
  said(start: string): number {
    return this.lines.filter(line => line.startsWith(start)).length
  }

  private pass(ms: number, reached: Reachable): void {
    const end = this.mono + ms
    while (this.wakeAt !== null && this.wakeAt <= end) {
      this.mono = this.wakeAt
      this.post({ kind: 'woken' }, reached)
    }
    this.mono = end
  }

  /** As the event loop does: what an effect brings about waits until the others have run. */
  private post(event: Event, reached: Reachable): void {
    this.queue.push(event)
    if (this.queue.length > 1) return
    for (let next: Event | undefined = event; next; next = this.queue[0]) {
      const now = { mono: this.mono, wall: 1e12 + this.mono }
      const { state, effects, wakeAt } = decide(this.settings, this.state, next, now)
      this.state = state
      this.wakeAt = wakeAt
      for (const effect of effects) this.run(effect, reached)
      this.queue.shift()
    }
  }

  private run(effect: Effect, reached: Reachable): void {
    if (effect.kind === 'log') this.lines.push(effect.text)
    if (effect.kind === 'checkIsolation') {
      const others = [...reached].filter(name => name !== 'link' && name !== 'master')
      const answering = reached.has('link') ? (others[0] ?? null) : null
      this.post({ kind: 'isolationChecked', question: effect.question, answering }, reached)
    }
    if (effect.kind !== 'enforce') return
    this.driven.push(effect.role)
    if (effect.move !== null) this.post({ kind: 'relaysTried', move: effect.move, all: true }, reached)
  }
}
