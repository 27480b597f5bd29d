import { constants } from 'node:os'
import { modeOf } from '../../simulator/simulated-device.ts'
import { exitCodes } from '../../system/exit-codes.ts'
import { surviveFailedWrites } from '../../system/standard-streams.ts'
import { marked } from '../berofosd/status-panel.ts'
import { type Output, openOutput } from '../output.ts'
import type { PanelView } from './front-panel.ts'
import { results } from './measures.ts'
import { play } from './play.ts'
import { Scene } from './scene.ts'
import { openScreen, type Screen } from './screen.ts'
import { story } from './story.ts'

/** So long each step is left on the screen for people; without a terminal only to see that it lasts. */
const lingerMs = { live: 1500, plain: 300 } as const

const title = 'berofosd demo: 4 virtual berofos, a virtual master, the real daemon'

/**
 * `npm run demo`: a failover and a failback on virtual devices, by the real daemon. Resolves with the status to end
 * with: 0 when all went as it should, 1 when not, 128 + n after signal n. Never rejects; leaves nothing behind.
 */
export async function demo(): Promise<number> {
  surviveFailedWrites()
  const output = openOutput(process, process.env)
  const stop = stopper(output)
  let scene: Scene | null = null
  const screen = openScreen(output, title, () => scene && viewOf(scene))
  const abandon = () => scene?.abandon()
  process.once('exit', abandon)
  let wrong: string | null
  try {
    scene = await Scene.open(screen.tell)
    wrong = await playAll(scene, screen, output, stop.signal)
  } catch (error) {
    wrong = error instanceof Error ? error.message : String(error)
  }
  await scene?.close().catch(() => {})
  process.removeListener('exit', abandon)
  screen.close()
  return report(scene, wrong, stop.caught(), output)
}

async function playAll(
  scene: Scene,
  screen: Screen,
  output: Output,
  stop: AbortSignal,
): Promise<string | null> {
  for (const [index, step] of story.entries()) {
    screen.step(`${index + 1}/${story.length} ${step.title}`)
    const wrong = await play(scene, step, output.live ? lingerMs.live : lingerMs.plain, stop)
    if (wrong !== null) return `step ${index + 1} (${step.title}): ${wrong}`
    screen.stepDone(viewOf(scene))
  }
  return null
}

function report(scene: Scene | null, wrong: string | null, caught: number | null, output: Output): number {
  const complain = (text: string) => {
    for (const line of marked('bad', text, output)) output.complain(line)
  }
  if (caught !== null) {
    complain('interrupted: the daemon is ended, everything is removed')
    return 128 + caught
  }
  if (wrong !== null || scene === null) {
    complain(`the demo failed: ${wrong}`)
    return exitCodes.failed
  }
  const { ok, lines } = results(scene, output)
  output.print('')
  for (const line of lines) output.print(line)
  output.print('')
  if (ok) for (const line of marked('good', 'everything happened as it should', output)) output.print(line)
  else complain('the demo failed: see the rows that are marked')
  return ok ? exitCodes.done : exitCodes.failed
}

function viewOf(scene: Scene): PanelView {
  return {
    relays: scene.site.relays.map(({ name, device, face }) => ({
      name,
      mode: modeOf(device),
      moves: device.changes.length,
      fault: face.fault().name,
    })),
    status: scene.freshStatus(),
  }
}

/** Ctrl-C, the end of the terminal, and a reader that has gone. A second signal changes nothing: clearing up is short. */
function stopper({ gone }: Output) {
  const stop = new AbortController()
  let caught: number | null = null
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      caught ??= constants.signals[name]
      stop.abort()
    })
  }
  return { signal: AbortSignal.any([stop.signal, gone]), caught: () => caught }
}
