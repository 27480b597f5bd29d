import { typesYes } from '../terminal.ts'
import type { Call } from './call.ts'

/**
 * Whether to go on: --yes, or `yes` typed at a terminal. Where nobody can be asked it is no, and says so: for what
 * can't be undone and what the vendor's tool did without a question.
 */
export async function confirmed(call: Call, question: string): Promise<boolean> {
  const { values, voice } = call
  if (values.yes) return true
  if (!isAtTerminal()) {
    voice.fail(`bnfos: ${question} Nobody can be asked here: say so with --yes`)
    return false
  }
  return (await saysYes(call, question)) || nothingDone(call)
}

/** The same, but where nobody can be asked it is yes: scripts have to go on as they did. */
export async function agreed(call: Call, question: string): Promise<boolean> {
  return call.values.yes || !isAtTerminal() || saysYes(call, question)
}

/** Said where the answer was no. */
export function nothingDone({ voice }: Call): false {
  voice.fail('bnfos: nothing was done')
  return false
}

function isAtTerminal(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true
}

async function saysYes({ voice, stop }: Call, question: string): Promise<boolean> {
  const [last = '', ...before] = question.split('\n').reverse()
  for (const line of before.reverse()) voice.hint(line)
  return typesYes(`${last} `, process.stderr, stop)
}
