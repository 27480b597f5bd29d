import { setMaxListeners } from 'node:events'
import type { Random } from '../helpers/random.ts'
import { type Action, type Part, partNames, type Stage } from './action.ts'
import { collectorActions } from './collector-actions.ts'
import { daemonActions } from './daemon-actions.ts'
import { masterActions } from './master-actions.ts'
import { operatorActions } from './operator-actions.ts'
import { relayActions } from './relay-actions.ts'
import { relayRows } from './settings.ts'
import { monoMs, sharedClock } from './shared-clock.ts'
import type { World } from './world.ts'

export const actions: readonly Action[] = [
  ...masterActions,
  ...relayActions,
  ...daemonActions,
  ...collectorActions,
  ...operatorActions,
]

const relayNames = relayRows.map(({ name }) => name)

/**
 * Lets actions happen, several at a time and each on parts of its own, for so long or until `ended`; resolves when
 * each has undone itself. `count` is told each action's name.
 */
export async function unleash(
  world: World,
  random: Random,
  forMs: number,
  ended: AbortSignal,
  count: (name: string) => void,
): Promise<void> {
  const calm = new AbortController()
  // One for each action that goes on, and their number is bounded by their parts.
  setMaxListeners(0, calm.signal)
  const stop = () => calm.abort()
  ended.addEventListener('abort', stop)
  const busy = new Set<string>()
  const running = new Set<Promise<void>>()
  // Quiet rounds and wild ones.
  const paceMs = random.pick([150, 400, 800])
  const endAt = monoMs() + forMs
  while (monoMs() < endAt && !calm.signal.aborted) {
    const action = random.weighted(actions)
    const parts = freeParts(action, busy, random)
    if (parts && (action.possible?.(world) ?? true)) {
      count(action.name)
      const done = perform(action, parts, { world, random, calm: calm.signal })
      for (const part of parts) busy.add(part)
      running.add(done)
      void done.finally(() => {
        for (const part of parts) busy.delete(part)
        running.delete(done)
      })
    }
    await sharedClock.sleep(random.between(20, 2 * paceMs), calm.signal)
  }
  ended.removeEventListener('abort', stop)
  calm.abort()
  await Promise.all(running)
}

async function perform(
  action: Action,
  parts: readonly string[],
  { world, random, calm }: Pick<Stage, 'world' | 'random' | 'calm'>,
): Promise<void> {
  world.deed([action.name, ...parts.filter(part => relayNames.includes(part))].join(' '))
  const linger = (lowMs: number, highMs: number) => sharedClock.sleep(random.between(lowMs, highMs), calm)
  try {
    await action.run({ world, random, parts, calm, linger })
  } catch (error) {
    world.note({ kind: 'broken', at: monoMs(), text: `${action.name}: ${String(error)}` })
  }
  world.deed(`${action.name}: over`)
}

/** null: another action has one of them. */
function freeParts({ parts }: Action, busy: ReadonlySet<string>, random: Random): string[] | null {
  const chosen = parts.flatMap(part => namesOf(part, random))
  return chosen.some(part => busy.has(part)) ? null : chosen
}

function namesOf(part: Part, random: Random): readonly string[] {
  if (part === 'relays') return relayNames
  if (part === 'relay') return [random.pick(relayNames)]
  return partNames.filter(name => name === part)
}
