/**
 * Resolves as soon as `condition` holds; rejects, naming `what`, when it does not within `deadlineMs`. For conditions
 * that cost a process each: a pause between two, and a deadline for a busy machine.
 */
export async function eventually(
  what: string,
  condition: () => boolean | Promise<boolean>,
  deadlineMs = 60_000,
): Promise<void> {
  const end = performance.now() + deadlineMs
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`not within ${deadlineMs / 1000} s: ${what}`)
    await new Promise(resolve => setTimeout(resolve, pauseMs))
  }
}

const pauseMs = 50
