import { setMaxListeners } from 'node:events'
import type { Event } from '../core/events.ts'
import { type CheckSettings, isByCommand } from '../core/settings.ts'
import { stopReason } from '../net/deadline.ts'
import type { Ports } from './ports.ts'

/** So often the master is looked at between the last failure but one and the probe after it. */
const looks = 3
/** Of a check that is probed more often than this, the next probe is look enough. */
const leastIntervalMs = 500

interface Look {
  readonly check: CheckSettings
  readonly stop: AbortController
}

/**
 * Looks at the master once more before a failure decides, so that one that has come back keeps its lines. An answer
 * counts as any answer does, silence for nothing: what is decided is decided no later for it.
 */
export class LastLook {
  private readonly open = new Map<string, Look>()

  constructor(
    private readonly ports: Pick<Ports, 'clock' | 'look'>,
    private readonly post: (event: Event) => void,
  ) {}

  /** The checks whose next failure may decide. To be called after each decision. */
  follow(checks: readonly CheckSettings[]): void {
    for (const [name, { check, stop }] of this.open)
      if (!checks.includes(check)) {
        this.open.delete(name)
        stop.abort(stopReason)
      }
    for (const check of checks) if (!this.open.has(check.name) && isLookedAt(check)) this.begin(check)
  }

  private begin(check: CheckSettings): void {
    const stop = new AbortController()
    setMaxListeners(0, stop.signal)
    this.open.set(check.name, { check, stop })
    for (let number = 1; number <= looks; number++)
      void this.look(check, (number * check.intervalMs) / (looks + 1), stop.signal)
  }

  private async look(check: CheckSettings, afterMs: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.ports
    await clock.sleep(afterMs, signal)
    if (signal.aborted) return
    // A look that throws has seen nothing, and the probe after it will tell.
    const result = await this.ports
      .look(check)(check, clock, signal)
      .catch(() => null)
    if (result?.outcome === 'answered' && !signal.aborted)
      this.post({ kind: 'probed', check: check.name, result })
  }
}

/** With a fast interval a check that fails is probed often as it is. */
function isLookedAt(check: CheckSettings): boolean {
  return !isByCommand(check) && check.fastIntervalMs === undefined && check.intervalMs >= leastIntervalMs
}
