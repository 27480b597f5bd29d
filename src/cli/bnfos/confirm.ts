import { createInterface } from 'node:readline/promises'
import type { Call } from './call.ts'

/** Whether to go on: --yes, or `yes` typed at a terminal. Where nobody can be asked it is no, and says so. */
export async function confirmed({ values, voice, stop }: Call, question: string): Promise<boolean> {
  if (values.yes) return true
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    voice.fail(`bnfos: ${question} Nobody can be asked here: say so with --yes`)
    return false
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  // Ctrl-D, and Ctrl-C, which reaches the terminal and no signal handler while it is being read.
  const gone = new AbortController()
  terminal.once('close', () => gone.abort())
  terminal.once('SIGINT', () => gone.abort())
  try {
    const signal = AbortSignal.any([stop, gone.signal])
    const answer = await terminal.question(`${question} Type yes to go on: `, { signal })
    if (/^y(es)?$/i.test(answer.trim())) return true
  } catch {
    // Nobody answered: as good as a no.
  } finally {
    terminal.close()
  }
  voice.fail('bnfos: nothing was done')
  return false
}
