/** Counts the listeners that a signal has from now on. */
export function countListeners(signal: AbortSignal): () => number {
  let listeners = 0
  const add = signal.addEventListener.bind(signal)
  const remove = signal.removeEventListener.bind(signal)
  signal.addEventListener = (...words: Parameters<typeof add>) => {
    listeners += 1
    add(...words)
  }
  signal.removeEventListener = (...words: Parameters<typeof remove>) => {
    listeners -= 1
    remove(...words)
  }
  return () => listeners
}
