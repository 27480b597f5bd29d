import type { ProbeResult } from '../../src/core/role.ts'
import type { CheckSettings } from '../../src/core/settings.ts'
import type { ProbeOnce } from '../../src/probes/probe.ts'
import type { Asker } from './life.ts'
import type { World } from './world.ts'

/** What the master does with each kind of question. */
type Manner = 'answers' | 'refuses' | 'keeps silent'

export const masterStates = {
  well: { about: 'is well', ping: 'answers', tcp: 'answers', sip: 'answers' },
  silent: { about: 'is silent', ping: 'keeps silent', tcp: 'keeps silent', sip: 'keeps silent' },
  refusing: { about: 'refuses connections', ping: 'answers', tcp: 'refuses', sip: 'refuses' },
  hanging: { about: 'takes connections and hangs', ping: 'answers', tcp: 'answers', sip: 'keeps silent' },
  dripping: { about: 'answers byte by byte', ping: 'answers', tcp: 'answers', sip: 'keeps silent' },
} as const satisfies Record<string, { about: string } & Record<'ping' | 'tcp' | 'sip', Manner>>
export type MasterState = keyof typeof masterStates

/** Whether the init script finds the process of telephony, whatever that does. */
export function isTelephonyThere(state: MasterState): boolean {
  return state !== 'refusing'
}

export interface VirtualMaster {
  state: MasterState
  /** Share of probes that get lost, 0 to 1. */
  loss: number
  /** This node can't even ask. */
  unaskable: boolean
  /** Share of probes that this node can't make, 0 to 1. */
  unaskableShare: number
}

/** As in probes/attempt.ts: a deadline so much too late says that this process stood still. */
const stalledAfterMs = 250

/**
 * A probe of the virtual master; what it sees is decided when the question arrives there. `counts`: which results do for
 * the check.
 */
export function probeOf(world: World, life: Asker, counts: 'all' | 'answered' = 'all'): ProbeOnce {
  return (check, clock, signal) => {
    if (!life.enter()) return new Promise(() => {})
    const startedAt = clock.mono()
    const { master, timeline, random } = world
    const wayMs = 0.2 + 2 * random.probes.next()
    const lost = random.probes.chance(master.loss)
    return new Promise(resolve => {
      let answer: { outcome: 'answered' | 'failed'; at: number } | null = null
      const end = (outcome: ProbeResult['outcome'], detail: string) => {
        deadline.cancel()
        reply?.cancel()
        signal.removeEventListener('abort', stop)
        if (!signal.aborted && (counts === 'all' || outcome === counts))
          life.tell({ is: 'probed', check: check.name, outcome })
        resolve({ outcome, ms: clock.mono() - startedAt, detail })
      }
      const stop = () => end('inconclusive', 'stopped before an answer came')
      signal.addEventListener('abort', stop)
      const say = () =>
        answer && end(answer.outcome, answer.outcome === 'answered' ? 'it answers' : 'refused')
      let reply: { cancel(): void } | null = null
      const deadline = clock.after(check.timeoutMs, () => {
        if (answer && answer.at <= timeline.now) return say()
        const lateMs = clock.mono() - startedAt - check.timeoutMs
        if (lateMs > Math.max(stalledAfterMs, check.timeoutMs))
          return end('inconclusive', 'this process was stalled')
        end('failed', `no answer in ${check.timeoutMs} ms`)
      })
      if (master.unaskable || random.probes.chance(master.unaskableShare)) {
        reply = life.later(0.1, () => end('inconclusive', 'no buffer space available'))
        return
      }
      timeline.after(wayMs, () => {
        const manner =
          lost || !(world.site.bypass || world.reaches('master'))
            ? 'keeps silent'
            : masterStates[master.state][kindOf(check)]
        if (manner === 'keeps silent' || life.dead) return
        answer = { outcome: manner === 'answers' ? 'answered' : 'failed', at: timeline.now + wayMs }
        reply = life.later(wayMs, say)
      })
    })
  }
}

/** Whatever has no manner of its own is answered as a connection is. */
export function kindOf({ type }: CheckSettings): 'ping' | 'tcp' | 'sip' {
  return type === 'ping' || type === 'sip' ? type : 'tcp'
}
