import { writeFileSync } from 'node:fs'

const name = 'bnfos'

/**
 * Gives this process its own name in place of `node`, so that `pidof bnfos` and `pgrep -x bnfos` find it as they found
 * the vendor's tool, and overwrites what ps shows of its arguments where a password may be among them: anybody may
 * read that.
 */
export function nameProcess(args: readonly string[]): void {
  const secret = args.some(word => /apwd/i.test(word) || /^-[a-z]*u/i.test(word))
  process.title = secret ? name : [name, ...args].join(' ')
  try {
    // Its first 15 bytes are what the title made of it; pgrep -x wants the name alone. proc(5), /proc/PID/comm
    writeFileSync('/proc/self/comm', name)
  } catch {
    // It has the title, and what it is to do does not depend on its name.
  }
}
