import type { Status } from '../../status/status-json.ts'
import { systemClock } from '../../system/clock.ts'
import type { Output } from '../output.ts'
import { marked } from '../table.ts'
import { type Keyboard, openKeyboard } from '../terminal.ts'
import type { Scene } from './scene.ts'
import type { Screen } from './screen.ts'

/** Somebody who has left the terminal leaves no daemon behind for ever. */
const idleMs = 10 * 60 * 1000
const lookEveryMs = 100

/** What playing by keys needs. */
interface Stage {
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

/** What whoever plays has broken by key. */
export interface Broken {
  readonly masterDead: boolean
  readonly relayHangs: boolean
  readonly isolated: boolean
}

export const nothingBroken: Broken = { masterDead: false, relayHangs: false, isolated: false }

/** What a key does: something to the virtual site, an operator's command, or the end. */
type KeyAct =
  | { readonly kind: 'break'; readonly broken: Broken; readonly lines: readonly string[] }
  | { readonly kind: 'command'; readonly args: readonly string[] }
  | { readonly kind: 'quit' }

/** fos3 alone, as in the story. */
const hangingRelay = 3

/** null: this key does nothing. `status`: what the daemon last said; null: it does not answer. */
export function actOfKey(key: string, broken: Broken, status: Status | null): KeyAct | null {
  switch (key) {
    case 'm':
      return breaking(broken, { masterDead: !broken.masterDead })
    case 'r':
      return breaking(broken, { relayHangs: !broken.relayHangs })
    case 'i':
      return breaking(broken, { isolated: !broken.isolated })
    case 'f':
      return { kind: 'command', args: ['--force', isPinned(status) ? 'auto' : 'slave'] }
    case 'q':
    case ctrlC:
    case ctrlD:
      return { kind: 'quit' }
  }
  return null
}

// In raw mode a terminal sends these as characters.
const ctrlC = '\x03'
const ctrlD = '\x04'

/** What each key does next, on one line. */
export function keysText(broken: Broken, status: Status | null): string {
  return [
    broken.masterDead ? 'm revive master' : 'm kill master',
    broken.relayHangs ? `r heal fos${hangingRelay}` : `r hang fos${hangingRelay}`,
    broken.isolated ? 'i reconnect' : 'i isolate',
    isPinned(status) ? 'f force auto' : 'f force slave',
    'q quit',
  ].join('  ')
}

function isPinned(status: Status | null): boolean {
  return status?.phase === 'forced'
}

/** The steering lines for what is different then: what stays as it is, is not told again. */
function breaking(before: Broken, change: Partial<Broken>): KeyAct {
  const broken = { ...before, ...change }
  const isNew = (lines: readonly string[], old: readonly string[]) => lines.join() !== old.join()
  const relays = isNew(relayLines(broken), relayLines(before)) ? relayLines(broken) : []
  const master = masterLine(broken) === masterLine(before) ? [] : [masterLine(broken)]
  return { kind: 'break', broken, lines: [...relays, ...master] }
}

function relayLines({ isolated, relayHangs }: Broken): string[] {
  if (isolated) return ['relay all unreachable']
  return ['relay all none', ...(relayHangs ? [`relay ${hangingRelay} hang`] : [])]
}

function masterLine({ isolated, masterDead }: Broken): string {
  if (isolated) return 'master silent'
  return masterDead ? 'master dead' : 'master alive'
}
