import { systemClock } from '../../system/clock.ts'
import type { Output } from '../output.ts'
import { clean, cut, cutSign } from '../table.ts'
import type { Tone } from '../tones.ts'
import { type PanelView, panelLines, panelText } from './front-panel.ts'

/** Where the demo shows itself. */
export interface Screen {
  /** A step begins. */
  step(title: string): void
  /** Something was said or done. */
  tell(source: string, text: string): void
  /** A step has ended well. */
  stepDone(view: PanelView): void
  /** Gives the terminal back, with the whole timeline on it. */
  close(): void
}

const drawEveryMs = 100
/** The latest are kept. */
const mostLines = 1000
const sourceWidth = 7

/** On a terminal the panel drawn anew over the last lines of the timeline; else the timeline, line by line. */
export function openScreen(
  output: Output,
  title: string,
  view: () => PanelView | null,
  foot: () => string = () => 'Ctrl-C ends',
): Screen {
  const begun = systemClock.mono()
  const timeline: string[] = []
  const elapsedText = () => ((systemClock.mono() - begun) / 1000).toFixed(3).padStart(7)
  let step = ''
  const panel = () => {
    const now = view()
    return [
      output.paint('quiet', ` ${title.padEnd(output.width - 12)}${elapsedText()} s`),
      output.paint('strong', ` ${step}`),
      '',
      ...(now ? panelLines(now, output) : []),
    ]
  }
  const footLine = () => output.paint('quiet', ` ${cut(foot(), output.width - 1, cutSign(output))}`)
  const live = output.live ? drawEvery(panel, timeline, footLine) : null
  const add = (line: string) => {
    timeline.push(line)
    if (timeline.length > mostLines) timeline.shift()
    if (live === null) output.print(line)
  }
  const sign = output.live ? cutSign(output) : '…'
  const stamped = (text: string) => `${elapsedText()} ${cut(text, output.width - 8, sign)}`
  return {
    step(text) {
      step = text
      add('')
      add(output.paint('strong', stamped(text)))
    },
    tell(source, text) {
      const line = stamped(`${source.padEnd(sourceWidth)} ${clean(text)}`)
      add(output.paint(toneOf(source, text), line))
    },
    stepDone(now) {
      if (live !== null) return
      for (const line of panelText(now))
        add(output.paint('quiet', stamped(`${'panel'.padEnd(sourceWidth)} ${line}`)))
    },
    close() {
      if (live === null) return
      live.stop()
      for (const line of timeline) output.print(line)
    },
  }
}

// ECMA-48 and DEC private modes, as every terminal has them: the other screen, no cursor; and back.
const enter = '\x1b[?1049h\x1b[?25l'
const leave = '\x1b[?25h\x1b[?1049l'
const home = '\x1b[H'
const clearRest = '\x1b[K'
const clearBelow = '\x1b[J'

/** A terminal that does not say how high it is. */
const usualRows = 24

function drawEvery(panel: () => string[], timeline: readonly string[], foot: () => string) {
  const draw = () => {
    const head = [...panel(), '']
    const room = Math.max(3, (process.stdout.rows || usualRows) - head.length - 2)
    const last = timeline.slice(-room)
    const filler = Array.from({ length: room - last.length }, () => '')
    const lines = [...head, ...last, ...filler, '', foot()].map(line => line + clearRest)
    write(home + lines.join('\n') + clearBelow)
  }
  write(enter)
  draw()
  const timer = setInterval(draw, drawEveryMs).unref()
  const stop = () => {
    clearInterval(timer)
    process.removeListener('exit', stop)
    write(leave)
  }
  process.once('exit', stop)
  return { stop }
}

function write(text: string): void {
  process.stdout.write(text)
}

/** The first row that fits says how a line looks; the source of a line of the daemon's log is its severity. */
const toneRows: readonly { readonly source?: RegExp; readonly text?: RegExp; readonly tone: Tone }[] = [
  { source: /^(site|you)$/, tone: 'strong' },
  { source: /^error$/, tone: 'bad' },
  { source: /^warning$/, text: /^(failover|failback|forced): /, tone: 'strong' },
  { source: /^warning$/, tone: 'odd' },
  { source: /^notice$/, text: /^switched /, tone: 'good' },
  { source: /^fos\d+$/, tone: 'quiet' },
]

function toneOf(from: string, said: string): Tone {
  const row = toneRows.find(({ source, text }) => (source?.test(from) ?? true) && (text?.test(said) ?? true))
  return row?.tone ?? 'plain'
}
