import { z } from 'zod'

/** What may be said over the control socket: one JSON object a line, one or more JSON objects a line back. */

const longestReason = 200
const longestForMs = 366 * 24 * 3600 * 1000

const forMs = z.number().int().positive().max(longestForMs).nullable()
// Control characters, and the two separators that some viewers break lines at, would break the log's one line an event.
const reason = z
  .string()
  .max(longestReason)
  .transform(text => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim())
const role = z.enum(['master', 'slave'])

export const requestSchema = z.discriminatedUnion('command', [
  z.strictObject({ command: z.literal('status') }),
  z.strictObject({ command: z.literal('history'), count: z.number().int().min(1).max(1000) }),
  z.strictObject({ command: z.literal('force'), role: z.enum(['master', 'slave', 'auto']), forMs, reason }),
  z.strictObject({ command: z.literal('pause'), forMs, reason }),
  z.strictObject({ command: z.literal('resume') }),
  z.strictObject({ command: z.literal('assert'), role }),
])
export type Request = z.infer<typeof requestSchema>

/** The one line back, or the last of several. */
export type Reply =
  | { readonly ok: true; readonly [part: string]: unknown }
  | { readonly ok: false; readonly error: string }
/** A line before the last: the order is still being carried out. */
export interface Progress {
  readonly progress: string
}

/** A request, or what is wrong with it in one sentence. */
export function parseRequest(line: string): { request: Request } | { error: string } {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return { error: 'not a JSON object on one line' }
  }
  const parsed = requestSchema.safeParse(value)
  if (parsed.success) return { request: parsed.data }
  const issue = parsed.error.issues[0]
  return { error: `not a request: ${issue?.path.join('.') || 'command'}: ${issue?.message ?? 'unknown'}` }
}
