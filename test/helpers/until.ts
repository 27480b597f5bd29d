/**
 * Resolves as soon as `condition` holds; rejects, naming `what`, when it does not within `deadlineMs`. The default is
 * patience, no claim: on a busy machine a daemon may take ten seconds to start.
 */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  deadlineMs = 30_000,
  pauseMs = 5,
): Promise<void> {
  const end = performance.now() + deadlineMs
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`not within ${deadlineMs} ms: ${what}`)
    await new Promise(resolve => setTimeout(resolve, pauseMs))
  }
}

/** The same for conditions that cost a process each: a pause between two, and a deadline for a busy machine. */
export function eventually(
  what: string,
  condition: () => boolean | Promise<boolean>,
  deadlineMs = 60_000,
): Promise<void> {
  return until(what, condition, deadlineMs, 50)
}

/** Sockets that this process has open; tests of other files may have left some that are closing. */
export function openSockets(): number {
  return process.getActiveResourcesInfo().filter(name => /TCP|UDP/.test(name)).length
}
