import type { Ports } from './ports.ts'

const lookMs = 1000

/** Tells at once, and then at each change, whether the file exists. Looks each second. */
export function watchFile(
  path: string,
  { clock, disk }: Pick<Ports, 'clock' | 'disk'>,
  report: (present: boolean) => void,
): { stop(): void } {
  const ended = new AbortController()
  const watch = async () => {
    let known: boolean | null = null
    while (!ended.signal.aborted) {
      const present = await disk.exists(path)
      if (ended.signal.aborted) return
      if (present !== known) report(present)
      known = present
      await clock.sleep(lookMs, ended.signal)
    }
  }
  void watch()
  return { stop: () => ended.abort() }
}
