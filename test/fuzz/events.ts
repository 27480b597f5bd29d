import type { Event } from '../../src/core/events.ts'
import type { Settings } from '../../src/core/settings.ts'
import { hookNames } from '../../src/core/settings.ts'
import type { State } from '../../src/core/state.ts'
import type { Random } from '../helpers/random.ts'
import { pingCheck, someSettings } from '../helpers/settings.ts'

const hooks = { before_slave: 'a', after_slave: 'b', before_master: 'c', after_master: 'd', timeoutMs: 1000 }
const { failback } = someSettings()

/** Policies of each sort, for states that came from elsewhere. */
export const someConfigurations: readonly Settings[] = [
  someSettings({ checks: [pingCheck({ fall: 2 })] }),
  someSettings({ hooks }),
  someSettings({ failback: { ...failback, readyCommand: 'r', readyDeadlineMs: 40_000, flapLimit: 1 } }),
  someSettings({ failback: { ...failback, policy: 'window' } }),
  someSettings({ failback: { ...failback, policy: 'manual', stableForMs: 0 } }),
  someSettings({ devices: null }),
]

/** Something that may happen next. */
export function someEvent(random: Random, state: State, settings: Settings): Event {
  const id = (state.move?.id ?? 0) - random.pick([0, 0, 0, 1])
  const outcome = random.pick(['answered', 'failed', 'inconclusive'] as const)
  const forMs = random.pick([null, 1, 5000, 366 * 86_400_000])
  const yes = random.oneIn(2)
  const role = random.pick(['master', 'slave'] as const)
  return random.pick<Event>([
    { kind: 'probed', check: 'ping', result: { outcome, ms: 1, detail: outcome } },
    {
      kind: 'isolationChecked',
      question: state.questions - random.pick([0, 0, 1]),
      answering: yes ? 'fos1' : null,
    },
    { kind: 'roleDiscovered', role: yes ? role : null, agreed: random.pick([null, role]) },
    { kind: 'moveBegun', move: id },
    { kind: 'relaysTried', move: id, all: yes },
    { kind: 'hookEnded', move: id, hook: random.pick(hookNames), ok: yes, detail: 'exit' },
    { kind: 'readyAnswered', question: state.questions, ready: yes, detail: 'exit' },
    { kind: 'windowChecked', forMs: yes ? 60_000 : 0 },
    { kind: 'secondaryChanged', present: yes },
    { kind: 'forced', role: yes ? role : 'auto', forMs, reason: '' },
    { kind: 'pausedByOperator', forMs, reason: '' },
    { kind: 'resumed' },
    { kind: 'reminded' },
    {
      kind: 'reloaded',
      settings,
      changed: yes ? ['ping'] : [],
      secondary: true,
      windowForMs: 0,
    },
    { kind: 'woken' },
  ])
}
