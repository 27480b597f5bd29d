import { setProcessName } from '../../system/process-name.ts'

/**
 * Gives this process its own name, so that `pidof bnfos` and `pgrep -x bnfos` find it as they found the vendor's tool,
 * and overwrites what ps shows of its arguments where a password may be among them: anybody may read that.
 */
export function nameProcess(args: readonly string[]): void {
  const secret = args.some(word => /apwd/i.test(word) || /^-[a-z]*u/i.test(word))
  setProcessName('bnfos', secret ? [] : args)
}
