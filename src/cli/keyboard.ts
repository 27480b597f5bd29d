import { systemClock } from '../system/clock.ts'

/** Single keys from the terminal, without Return. */
export interface Keyboard {
  /** The next key; null: the terminal is gone, nobody pressed one for `withinMs`, or `stop` was aborted. */
  next(withinMs: number, stop: AbortSignal): Promise<string | null>
  /** Gives the terminal back as it was. */
  close(): void
}

/** More keys that wait than anybody presses on purpose. */
const mostWaiting = 100

/** null: stdin is no terminal. */
export function openKeyboard(stdin: NodeJS.ReadStream): Keyboard | null {
  if (!stdin.isTTY) return null
  const waiting: string[] = []
  let ended = false
  let wake = () => {}
  const take = (text: string) => {
    for (const key of text) if (waiting.length < mostWaiting) waiting.push(key)
    wake()
  }
  const end = () => {
    ended = true
    wake()
  }
  stdin.setRawMode(true)
  stdin.setEncoding('utf8').on('data', take).on('end', end).on('error', end).resume()
  return {
    async next(withinMs, stop) {
      if (waiting.length === 0 && !ended) {
        const woken = new AbortController()
        wake = () => woken.abort()
        await systemClock.sleep(withinMs, AbortSignal.any([woken.signal, stop]))
      }
      return stop.aborted ? null : (waiting.shift() ?? null)
    },
    close() {
      stdin.off('data', take).off('end', end).pause()
      if (!ended) stdin.setRawMode(false)
    },
  }
}
