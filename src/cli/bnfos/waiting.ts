import type { Call } from './call.ts'

/**
 * Once; with -c for ever, -w between two rounds, until the call is stopped. Whether the last round worked, one that
 * was broken off not counted.
 */
export async function inRounds(
  { values, clock, stop }: Pick<Call, 'values' | 'clock' | 'stop'>,
  round: () => Promise<boolean>,
): Promise<boolean> {
  if (!values.forever) return round()
  let worked = true
  while (!stop.aborted) {
    const done = await round()
    if (!stop.aborted) worked = done
    await clock.sleep(values.pauseMs, stop)
  }
  return worked
}

const silentMs = 1000

/** On a terminal a sign of life while the answer takes longer than a second. Nothing of it stays there. */
export async function awaited<T>(
  { clock, voice: { draw } }: { readonly clock: Call['clock']; readonly voice: Pick<Call['voice'], 'draw'> },
  answer: Promise<T>,
): Promise<T> {
  let drawn = false
  const timer = clock.after(silentMs, () => {
    draw?.('… waiting for an answer')
    drawn = true
  })
  try {
    return await answer
  } finally {
    timer.cancel()
    if (drawn) draw?.('\r\x1b[K')
  }
}
