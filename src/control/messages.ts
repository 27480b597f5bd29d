import { en } from 'zod/locales'
import * as z from 'zod/mini'

/** What may be said over the control socket: one JSON object a line, one or more JSON objects a line back. */

// Without it every error is "Invalid input". Of the other languages the bundle has none.
z.config(en())

const longestReason = 200
const longestName = 64
const longestForMs = 366 * 24 * 3600 * 1000

const forMs = z.nullable(z.int().check(z.positive(), z.maximum(longestForMs)))
// What would break the log's one line an event, or turn how the rest of it is shown: as system/log-line.ts escapes it.
const cleaned = (text: string) => text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, ' ').trim()
const reason = z.pipe(z.string().check(z.maxLength(longestReason)), z.transform(cleaned))
/** Who gives the order, in the sender's words: a login name. */
const by = z.optional(
  z.nullable(
    z.pipe(
      z.string().check(z.maxLength(longestName)),
      z.transform(text => cleaned(text) || null),
    ),
  ),
)
const role = z.enum(['master', 'slave'])
/** When an order was sent, wall clock, and for how long someone waits for it. A sender without a clock leaves it out. */
const sent = z.optional(z.strictObject({ at: z.number(), withinMs: z.number().check(z.positive()) }))

const requestSchema = z.discriminatedUnion('command', [
  z.strictObject({ command: z.literal('status') }),
  z.strictObject({ command: z.literal('history'), count: z.int().check(z.minimum(1), z.maximum(1000)) }),
  z.strictObject({
    ...{ command: z.literal('force'), role: z.enum(['master', 'slave', 'server', 'pbx', 'auto']) },
    ...{ forMs, reason, by, sent },
  }),
  z.strictObject({ command: z.literal('pause'), forMs, reason, by, sent }),
  z.strictObject({ command: z.literal('resume'), by, sent }),
  z.strictObject({ command: z.literal('reload'), sent }),
  z.strictObject({ command: z.literal('alertTest'), sent }),
  z.strictObject({ command: z.literal('assert'), role, sent }),
])
export type Request = z.infer<typeof requestSchema>
/** What changes something; the other requests only ask. */
export type Order = Exclude<Request, { readonly command: 'status' | 'history' }>

/** The one line back, or the last of several. */
export type Reply =
  /** `ended`: what a force, a pause or a resume has ended, a clause each. */
  | { readonly ok: true; readonly [part: string]: unknown }
  /** `idle`: no master is named, so this daemon holds no relay. `problems`: of the files, a line each. `status`: the state after it. `tested`: what came of each test alert. */
  | {
      readonly ok: false
      readonly error: string
      readonly idle?: true
      readonly problems?: readonly string[]
      readonly status?: unknown
      readonly ended?: readonly string[]
      readonly tested?: readonly unknown[]
    }
/** A line before the last: the order is still being carried out. */
export interface Progress {
  readonly progress: string
}

export function isOrder(request: Request): request is Order {
  return request.command !== 'status' && request.command !== 'history'
}

/**
 * Why an order comes too late, in one sentence: its sender was told long ago that it failed. null: it is in time. One
 * from the future was sent before the clock was set back, and counts as of now.
 */
export function latenessOf({ sent }: Order, nowWall: number): string | null {
  const lateMs = sent === undefined ? 0 : nowWall - sent.at - sent.withinMs
  if (lateMs <= 0) return null
  return `came ${Math.ceil(lateMs / 1000)} s late and was not carried out: give it again`
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
