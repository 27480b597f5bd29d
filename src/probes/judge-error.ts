import type { ProbeResult } from '../core/role.ts'
import { codeOf, networkError } from '../net/error-texts.ts'
import { firstLine } from '../net/printable.ts'

export interface Judgement {
  readonly outcome: ProbeResult['outcome']
  readonly detail: string
}

/**
 * What an error means. `local`: our own kernel refused before anything was sent, so that "network is unreachable"
 * speaks of this node; later it was a router that said so. Unknown errors are the master's.
 */
export function judgeError(error: unknown, local: boolean): Judgement {
  const code = codeOf(error)
  const known = networkError(code)
  if (known === null) return { outcome: 'failed', detail: firstLine(textOf(error)) || 'unknown error' }
  if (code === 'ENETUNREACH' && local) return { outcome: 'inconclusive', detail: 'no route from this node' }
  return { outcome: known.side === 'peer' ? 'failed' : 'inconclusive', detail: known.text }
}

/** Whether it is an error of the network or of this node, which `judgeError` knows by its code. */
export function isKnownError(error: unknown): boolean {
  return networkError(codeOf(error)) !== null
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
