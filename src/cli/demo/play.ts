import { systemClock } from '../../system/clock.ts'
import type { Scene } from './scene.ts'
import type { Sight, Step } from './step.ts'

const lookEveryMs = 20
/** One thing that went wrong keeps most of what is expected from happening. */
const mostNamed = 3

/**
 * Plays one step: acts, waits until all that is expected is so, and sees that it is still so after `lingerMs`.
 * Resolves with what is wrong, null: nothing. An abort ends it early.
 */
export async function play(
  scene: Scene,
  step: Step,
  lingerMs: number,
  stop: AbortSignal,
): Promise<string | null> {
  scene.step = step.key
  const deadline = systemClock.mono() + step.deadlineMs
  await scene.act(step.act)
  for (;;) {
    const wrong = dead(scene) ?? unmet(scene, step)
    if (stop.aborted) return 'interrupted'
    if (wrong === null) break
    if (dead(scene)) return wrong
    if (systemClock.mono() > deadline) return `not within ${step.deadlineMs / 1000} s: ${wrong}`
    await systemClock.sleep(lookEveryMs, stop)
  }
  await systemClock.sleep(lingerMs, stop)
  if (stop.aborted) return 'interrupted'
  const wrong = dead(scene) ?? unmet(scene, step)
  return wrong === null ? null : `did not last: ${wrong}`
}

function dead({ daemon, stopping }: Scene): string | null {
  return daemon?.end && !stopping ? `the daemon ended by itself: ${daemon.end.text}` : null
}

function unmet(scene: Scene, { expect }: Step): string | null {
  const sight = look(scene)
  const wrong = expect.filter(({ holds }) => !holds(sight))
  if (wrong.length === 0) return null
  const named = wrong.slice(0, mostNamed)
  const rest = wrong.length > mostNamed ? [`${wrong.length - mostNamed} more`] : []
  return [...named.map(({ text, instead }) => `expected ${text}, but ${instead(sight)}`), ...rest].join('; ')
}

function look(scene: Scene): Sight {
  const actedAt = scene.actedAt.get(scene.step) ?? 0
  return {
    status: scene.freshStatus(actedAt),
    lines: scene.lines.filter(({ step }) => step === scene.step),
    actedAt,
    moves: scene.moves(),
    command: scene.commands.get(scene.step)?.end ?? null,
    daemon: scene.daemon?.end ?? null,
  }
}
