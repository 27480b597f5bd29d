import type { Mode, Role } from '../../src/core/role.ts'
import type { StoredState } from '../../src/core/stored-state.ts'
import type { RelayMover } from '../../src/simulator/simulated-device.ts'
import type { MasterService } from '../../src/simulator/simulated-master.ts'

/** Everything that is noted, by whom it concerns. `at` is CLOCK_MONOTONIC, ms, stamped where it happened. */
export interface Happenings {
  /** A device has a whole request; `fault`: how it is meant to answer. */
  request: { relay: string; what: RequestKind; status: number | null; fault: string }
  /** A relay has really moved. */
  change: { relay: string; mode: Mode; by: RelayMover }
  /** A device behaves so from now on; `none`: soundly. */
  fault: { relay: string; fault: string }
  /** The master has a probe. */
  probe: { service: MasterService; answered: boolean }
  condition: { service: MasterService; condition: string }
  /** A line of the daemon, when it was received; `second`: when it says it was written, which is a whole second. */
  line: { pid: number; severity: string; text: string; second: number }
  /** A daemon is being started; `stored`: what the last one left, null: nothing usable. */
  started: { pid: number; stored: StoredState | null }
  /** It answers. */
  ready: { pid: number }
  /** It was sent this signal, or (`asked` false) has ended by itself. */
  ended: { pid: number; how: string; asked: boolean }
  stalled: { pid: number }
  continued: { pid: number }
  /** Sent to the daemon; noted again with the same `at` when it is answered. */
  order: Order
  status: { role: Role; phase: string; answeredAt: number }
  /** rsyslogd takes lines, or does not. */
  collector: { up: boolean }
  /** The state directory can be written and is as the daemon left it, or not. */
  disk: { sound: boolean; what: string }
  secondary: { present: boolean }
  bnfos: { present: boolean }
  memory: { pid: number; rssKib: number; fds: number; ageMs: number }
  /** A process of the soak did not run for so long: what it saw then is no measure. */
  starved: { who: string; ms: number }
  /** The world is well; what did not settle in time. */
  calm: { unsettled: readonly string[]; tookMs: number }
  /** What the schedule does, for the story. */
  deed: { text: string }
  /** Found wrong on the spot. */
  broken: { text: string }
}
export type RequestKind = 'read' | 'mode=0' | 'mode=1' | 'other'
interface Order {
  order: 'pause' | 'resume' | 'force'
  role: Role | 'auto' | null
  forMs: number | null
  answeredAt: number | null
  ok: boolean
}

export type HappeningKind = keyof Happenings
export type Happening<K extends HappeningKind = HappeningKind> = {
  readonly [P in K]: { readonly kind: P; readonly at: number } & Readonly<Happenings[P]>
}[K]

/** What was noted, in the order of its stamps. */
export class SoakRecord {
  private happenings: Happening[] = []
  private sorted = true
  private listeners = new Set<(happening: Happening) => void>()

  add(happening: Happening): void {
    if (happening.at < (this.happenings.at(-1)?.at ?? 0)) this.sorted = false
    this.happenings.push(happening)
    for (const tell of [...this.listeners]) tell(happening)
  }

  all(): readonly Happening[] {
    if (!this.sorted) this.happenings.sort((a, b) => a.at - b.at)
    this.sorted = true
    return this.happenings
  }

  listen(tell: (happening: Happening) => void): void {
    this.listeners.add(tell)
  }

  /** Memory is compared with that of the beginning. */
  forgetBefore(at: number): void {
    this.happenings = this.all().filter(happening => happening.at >= at || happening.kind === 'memory')
  }

  /** Resolves true with the first of this kind, false after so long or when the signal aborts. */
  meet(wanted: (happening: Happening) => boolean, ms: number, signal: AbortSignal): Promise<boolean> {
    return new Promise(resolve => {
      const end = (met: boolean) => {
        this.listeners.delete(listen)
        clearTimeout(timer)
        signal.removeEventListener('abort', giveUp)
        resolve(met)
      }
      const listen = (happening: Happening) => {
        if (wanted(happening)) end(true)
      }
      const giveUp = () => end(false)
      const timer = setTimeout(giveUp, ms)
      signal.addEventListener('abort', giveUp)
      this.listeners.add(listen)
      if (signal.aborted) giveUp()
    })
  }
}
