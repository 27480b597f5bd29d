import type { Happening } from './record.ts'
import { decidedRole } from './views.ts'

/** What a soak has seen so far. */
export class Tally {
  readonly deeds = new Map<string, number>()
  readonly excuses = new Map<string, number>()
  rounds = 0
  kills = 0
  failovers = 0
  failbacks = 0
  forced = 0
  changes = 0
  byHttp = 0
  lines = 0
  switchedLines = 0
  starvedMs = 0

  note(happening: Happening): void {
    if (happening.kind === 'ended' && happening.how === 'SIGKILL') this.kills += 1
    else if (happening.kind === 'starved') this.starvedMs += happening.ms
    else if (happening.kind === 'change') {
      this.changes += 1
      if (happening.by === 'http') this.byHttp += 1
    } else if (happening.kind === 'line') this.noteLine(happening.text)
  }

  noteDeed(name: string): void {
    this.deeds.set(name, (this.deeds.get(name) ?? 0) + 1)
  }

  noteExcuse(name: string): void {
    this.excuses.set(name, (this.excuses.get(name) ?? 0) + 1)
  }

  get faults(): number {
    return [...this.deeds.values()].reduce((sum, count) => sum + count, 0)
  }

  private noteLine(text: string): void {
    this.lines += 1
    if (text.startsWith('switched ')) this.switchedLines += 1
    const what = decidedRole(text)?.what
    if (what === 'failover') this.failovers += 1
    else if (what === 'failback') this.failbacks += 1
    else if (what === 'forced') this.forced += 1
  }
}
