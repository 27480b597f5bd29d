import { writeFileSync } from 'node:fs'

/**
 * Names this process for `ps`, `pgrep -x` and `pidof`, which otherwise find `node`. `name`: at most 15 bytes, as the
 * kernel keeps no more. `args`: what `ps` shows behind it instead of the command line that the process was started
 * with; what nobody may see is left out of it. Needs no system call that Node doesn't make. Never throws.
 */
export function setProcessName(name: string, args: readonly string[] = []): void {
  // Overwrites the command line in place, as far as there is room (libuv, uv_set_process_title).
  process.title = [name, ...args].join(' ')
  try {
    // libuv puts the whole title there. pidof(8) compares this name when the first argument has blanks.
    writeFileSync('/proc/self/comm', name)
  } catch {
    // No /proc: `ps` shows the title.
  }
}
