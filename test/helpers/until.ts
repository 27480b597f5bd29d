/**
 * Resolves as soon as `condition` holds; rejects, naming `what`, when it does not within `deadlineMs`. The default is
 * patience, no claim: on a busy machine a daemon may take ten seconds to start.
 */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  deadlineMs = 30_000,
): Promise<void> {
  const end = performance.now() + deadlineMs
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`not within ${deadlineMs} ms: ${what}`)
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}

/** Sockets that this process has open; tests of other files may have left some that are closing. */
export function openSockets(): number {
  return process.getActiveResourcesInfo().filter(name => /TCP|UDP/.test(name)).length
}
