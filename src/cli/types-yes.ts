import { createInterface } from 'node:readline/promises'

/** Whether somebody at the terminal types yes; no answer, and an abort of `stop`, is a no. The question goes to `output`. */
export async function typesYes(
  question: string,
  output: NodeJS.WriteStream,
  stop?: AbortSignal,
): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output })
  const gone = new AbortController()
  // Ctrl-D and Ctrl-C, which reach the terminal and no signal handler while it is being read.
  terminal.once('close', () => gone.abort())
  terminal.once('SIGINT', () => gone.abort())
  try {
    const signal = stop ? AbortSignal.any([stop, gone.signal]) : gone.signal
    const answer = await terminal.question(`${question}Type yes to go on: `, { signal })
    return /^y(es)?$/i.test(answer.trim())
  } catch {
    return false
  } finally {
    terminal.close()
  }
}
