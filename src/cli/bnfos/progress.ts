import type { FlashProgress } from '../../berofos/gbl4/device.ts'
import type { Voice } from './voice.ts'

/** Shows how far it is: a bar on a terminal, else a line every 10 %. */
export interface Progress {
  readonly show: (progress: FlashProgress) => void
  /** Leaves the line of the bar. */
  readonly end: () => void
}

export function progressLines({ say, draw }: Pick<Voice, 'say' | 'draw'>): Progress {
  let last = draw ? -1 : 0
  const news = (progress: FlashProgress, step: number) => {
    const now = Math.floor(percentOf(progress) / step)
    if (now === last) return false
    last = now
    return true
  }
  if (draw)
    return {
      show: progress => void (news(progress, 1) && draw(`\r${barText(progress)}\x1b[K`)),
      end: () => void (last >= 0 && draw('\n')),
    }
  return { show: progress => void (news(progress, 10) && say(lineText(progress))), end: () => {} }
}

const barWidth = 30

function barText(progress: FlashProgress): string {
  const done = Math.round((percentOf(progress) / 100) * barWidth)
  return `[${'#'.repeat(done)}${' '.repeat(barWidth - done)}] ${lineText(progress)}`
}

function lineText(progress: FlashProgress): string {
  const rate = (progress.bytesPerSecond / 1000).toFixed(1)
  const seconds = Math.ceil(progress.remainingMs / 1000)
  return `${percentOf(progress)} %, ${rate} kB/s, ${seconds} s left`
}

function percentOf({ pages, totalPages }: FlashProgress): number {
  return Math.floor((pages / totalPages) * 100)
}
