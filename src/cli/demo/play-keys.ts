import { systemClock } from '../../system/clock.ts'
import { type Keyboard, openKeyboard } from '../keyboard.ts'
import type { Output } from '../output.ts'
import { marked } from '../table.ts'
import { actOfKey, keysText, nothingBroken } from './keys.ts'
import type { Scene } from './scene.ts'
import type { Screen } from './screen.ts'

/** Somebody who has left the terminal leaves no daemon behind for ever. */
const idleMs = 10 * 60 * 1000
const lookEveryMs = 100

/** What playing by keys needs. */
export interface Stage {
  readonly scene: Scene
  readonly output: Output
  readonly stop: AbortSignal
  /** `foot`: what stands below the panel. */
  openScreen(foot: () => string): Screen
}

/** After the story: keys that break things, with a live panel. Resolves with what is wrong, null: nothing. */
export async function playKeys(stage: Stage): Promise<string | null> {
  const { output, stop } = stage
  const keyboard = output.live ? openKeyboard(process.stdin) : null
  if (keyboard === null) return null
  const giveBack = () => keyboard.close()
  process.once('exit', giveBack)
  try {
    output.print('')
    const invitation = 'now break it yourself: any key starts the daemon again, q ends'
    for (const line of marked('strong', invitation, output)) output.print(line)
    const first = await keyboard.next(idleMs, stop)
    const isLeaving = first === null || actOfKey(first, nothingBroken, null)?.kind === 'quit'
    return isLeaving ? null : await playUntilQuit(stage, keyboard)
  } finally {
    process.removeListener('exit', giveBack)
    giveBack()
  }
}

async function playUntilQuit({ scene, stop, openScreen }: Stage, keyboard: Keyboard): Promise<string | null> {
  let broken = nothingBroken
  const screen = openScreen(() => keysText(broken, scene.freshStatus()))
  screen.step('The daemon runs again: break something')
  scene.step = 'keys'
  await scene.act({ kind: 'start' })
  let idleSince = systemClock.mono()
  let pressed = 0
  try {
    while (!stop.aborted && systemClock.mono() - idleSince < idleMs) {
      if (scene.daemon?.end) return `the daemon ended by itself: ${scene.daemon.end.text}`
      const key = await keyboard.next(lookEveryMs, stop)
      if (key === null) continue
      idleSince = systemClock.mono()
      const act = actOfKey(key, broken, scene.freshStatus())
      if (act?.kind === 'quit') return null
      if (act === null) continue
      // A step of its own: each keeps its command until the end.
      pressed++
      scene.step = `key ${pressed}`
      if (act.kind === 'break') {
        broken = act.broken
        await scene.act({ kind: 'steer', lines: act.lines })
      } else await scene.act(act)
    }
    return null
  } finally {
    screen.close()
  }
}
