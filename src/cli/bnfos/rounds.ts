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
