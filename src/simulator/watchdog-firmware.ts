/**
 * How a firmware treats a watchdog that has tripped. Nobody has published it, so each way can be tried. The only set-up
 * known from the field writes mode=1 and wdog=1 and kicks, and works.
 */
export interface WatchdogFirmware {
  /** A trip sets mode 0 once, or holds it there until it is cleared. */
  readonly trip: 'once' | 'holds'
  /** Whether a kick clears a trip. */
  readonly kick: 'clears' | 'nothing'
  /** Whether any write of the mode clears a trip. */
  readonly mode: 'clears' | 'nothing'
  /** Whether a write of wdog=1 clears a trip; wdogstate=1 always does. */
  readonly wdog: 'clears' | 'nothing'
  /** What `6_wen` reads after a trip. */
  readonly shows: '0' | '1' | '2'
}

export const plainWatchdog: WatchdogFirmware = {
  trip: 'once',
  kick: 'nothing',
  mode: 'nothing',
  wdog: 'clears',
  shows: '2',
}

/** Every combination: 2 × 2 × 2 × 2 × 3. */
export function everyWatchdog(): WatchdogFirmware[] {
  const clears = ['clears', 'nothing'] as const
  return (['once', 'holds'] as const).flatMap(trip =>
    clears.flatMap(kick =>
      clears.flatMap(mode =>
        clears.flatMap(wdog => (['0', '1', '2'] as const).map(shows => ({ trip, kick, mode, wdog, shows }))),
      ),
    ),
  )
}

/** The words of `--trip`: `holds,kick,reads2`. */
export function parseWatchdog(words: string): Partial<WatchdogFirmware> | null {
  const parts = words.split(',').map(word => (Object.hasOwn(byWord, word) ? byWord[word] : undefined))
  if (parts.includes(undefined)) return null
  return Object.assign({ kick: 'nothing', mode: 'nothing', wdog: 'nothing' }, ...parts)
}

const byWord: Readonly<Record<string, Partial<WatchdogFirmware>>> = {
  once: { trip: 'once' },
  holds: { trip: 'holds' },
  kick: { kick: 'clears' },
  mode: { mode: 'clears' },
  wdog: { wdog: 'clears' },
  reads0: { shows: '0' },
  reads1: { shows: '1' },
  reads2: { shows: '2' },
}

/** For help and errors. */
export const watchdogWords = Object.keys(byWord)
