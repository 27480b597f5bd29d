import { readFileSync } from 'node:fs'
import { uptime } from 'node:os'
import { type Clock, systemClock } from './clock.ts'
import { libc } from './libc.ts'

/**
 * The clock of the daemon and of orders that are carried out without it. `mono` counts since the machine was booted,
 * time asleep included: every process reads the same until the next boot, so that it may be stored; and what happened
 * before the machine slept is as old as it is.
 */
export const bootClock: Clock = { ...systemClock, mono: () => libc()?.bootTimeMs() ?? uptimeMs() }

/** Without the C library: the kernel's uptime has whole seconds at worst, the process's own clock the fractions. */
let aheadMs = 0
function uptimeMs(): number {
  const own = performance.now()
  const missing = uptime() * 1000 - (own + aheadMs)
  // At the first call, and after a sleep that the process's own clock did not count.
  if (missing > 1500) aheadMs += missing
  return own + aheadMs
}

/**
 * Names the present boot: the same text for every process until the machine is booted again. The unit passes systemd's
 * `%b`, since /proc/sys is shut in its sandbox. null: nobody tells.
 */
export function bootIdentity(env: NodeJS.ProcessEnv): string | null {
  const given = env.BEROFOSD_BOOT
  if (given !== undefined && given !== '') return given
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim().replaceAll('-', '')
  } catch {
    return null
  }
}
