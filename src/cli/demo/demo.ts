import { modeOf } from '../../simulator/simulated-device.ts'
import { type ExitCode, exitCodes } from '../../system/exit-codes.ts'
import { obeyHangUp } from '../../system/first-signals.ts'
import type { Output } from '../output.ts'
import { marked } from '../table.ts'
import { bypassChapter } from './bypass-chapter.ts'
import type { Chapter } from './chapter.ts'
import type { PanelView } from './front-panel.ts'
import { playKeys } from './keys.ts'
import { results } from './measures.ts'
import { pairChapter, silenceText } from './pair-chapter.ts'
import { play } from './play.ts'
import { Scene } from './scene.ts'
import { openScreen, type Screen } from './screen.ts'

/** So long each step is left on the screen for people; without a terminal only to see that it lasts. */
const lingerMs = { live: 1500, plain: 300 } as const

const title = 'berofosd demo: virtual berofos, a virtual master, the real daemon'

const chapters = [pairChapter, bypassChapter] as const

/** A chapter and where it was played. */
type Played = { readonly chapter: Chapter; readonly scene: Scene }

/**
 * The story on virtual devices, by the real daemon; on a terminal then keys to break things. Resolves with the status to
 * end with: 0 when all went as it should, 1 when not; after a signal the process ends by that signal once all is cleared
 * up. Never rejects; leaves nothing behind.
 */
export async function demo(output: Output): Promise<ExitCode> {
  const stop = stopper(output)
  const played: Played[] = []
  let scene: Scene | null = null
  let screen = openScreen(output, title, () => scene && viewOf(scene))
  const abandon = () => {
    for (const { scene } of played) scene.abandon()
  }
  process.once('exit', abandon)
  // The results stand last: what the daemons say while they are ended is no part of the story.
  let isReported = false
  let exitCode: ExitCode
  try {
    let wrong: string | null = null
    for (const chapter of chapters) {
      scene = await Scene.open(chapter, (source, text) => {
        if (!isReported) screen.tell(source, text)
      })
      played.push({ chapter, scene })
      wrong ??= await playChapter(chapter, scene, { screen, output, stop: stop.signal })
      if (wrong !== null) break
    }
    screen.close()
    isReported = true
    exitCode = report(played, wrong, stop.caught(), output)
    const [first, ...others] = played.map(each => each.scene)
    await Promise.all(others.map(other => other.close()))
    const next = (foot: () => string) => {
      isReported = false
      screen = openScreen(output, title, () => (first ? viewOf(first) : null), foot)
      return screen
    }
    if (exitCode === exitCodes.done && first) {
      const broke = await playKeys({ scene: first, output, stop: stop.signal, openScreen: next })
      exitCode = broke === null ? exitCode : failure(broke, stop.caught(), output)
    }
  } catch (error) {
    screen.close()
    exitCode = failure(error instanceof Error ? error.message : String(error), stop.caught(), output)
  }
  await Promise.all(played.map(({ scene }) => scene.close().catch(() => {})))
  process.removeListener('exit', abandon)
  stop.endBySignal()
  return exitCode
}

interface PlayOptions {
  readonly screen: Screen
  readonly output: Output
  readonly stop: AbortSignal
}

async function playChapter(
  chapter: Chapter,
  scene: Scene,
  { screen, output, stop }: PlayOptions,
): Promise<string | null> {
  const before = chapters.slice(0, chapters.indexOf(chapter)).flatMap(({ story }) => story).length
  const total = chapters.flatMap(({ story }) => story).length
  for (const [index, step] of chapter.story.entries()) {
    const number = before + index + 1
    screen.step(`${number}/${total} ${step.title}`)
    const wrong = await play(scene, step, output.live ? lingerMs.live : lingerMs.plain, stop)
    if (wrong !== null) return `step ${number} (${step.title}): ${wrong}`
    screen.stepDone(viewOf(scene))
  }
  return null
}

function report(
  played: readonly Played[],
  wrong: string | null,
  caught: Signal | null,
  output: Output,
): ExitCode {
  if (wrong !== null) return failure(wrong, caught, output)
  const told = played.map(({ chapter, scene }) => results({ ...chapter, scene }, output))
  for (const line of told.flatMap(({ lines }) => ['', ...lines])) output.print(line)
  output.print('')
  if (told.some(({ ok }) => !ok)) return failure('see the rows that are marked', caught, output)
  for (const line of marked('good', 'everything happened as it should', output)) output.print(line)
  const silence = played[0] ? silenceText(played[0].scene) : null
  if (silence !== null) for (const line of marked('good', silence, output)) output.print(line)
  return exitCodes.done
}

function failure(wrong: string, caught: Signal | null, output: Output): ExitCode {
  const text =
    caught === null ? `the demo failed: ${wrong}` : 'interrupted: the daemon is ended, everything is removed'
  for (const line of marked('bad', text, output)) output.complain(line)
  return exitCodes.failed
}

function viewOf(scene: Scene): PanelView {
  return {
    kind: scene.site.kind,
    relays: scene.site.relays.map(({ name, device, http }) => ({
      name,
      mode: modeOf(device),
      moves: device.changes.length,
      fault: http.fault().name,
    })),
    status: scene.freshStatus(),
  }
}

type Signal = 'SIGINT' | 'SIGTERM' | 'SIGHUP'

/** Ctrl-C, the end of the terminal, and a reader that has gone. A second signal changes nothing: clearing up is short. */
function stopper({ gone }: Output) {
  const stop = new AbortController()
  let caught: Signal | null = null
  const heard = (name: Signal) => {
    caught ??= name
    stop.abort()
  }
  process.on('SIGINT', heard)
  process.on('SIGTERM', heard)
  obeyHangUp(() => heard('SIGHUP'))
  return {
    signal: AbortSignal.any([stop.signal, gone]),
    caught: () => caught,
    /** As the signal would have ended it: a shell sees that. */
    endBySignal() {
      if (caught === null) return
      process.removeAllListeners(caught)
      process.kill(process.pid, caught)
    },
  }
}
