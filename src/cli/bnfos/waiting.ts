import type { Call } from './call.ts'

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
