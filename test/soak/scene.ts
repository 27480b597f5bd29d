import type { Happening, HappeningKind } from './record.ts'

/** What the invariants are asked about: a stretch of the record, with some of what went before. */
export interface Scene {
  readonly happenings: readonly Happening[]
  /** Judged is what happened from here … */
  readonly since: number
  /** … to here; what is later may not have arrived yet. */
  readonly now: number
  readonly facts: Facts
}

/** What of the configuration the invariants go by. */
export interface Facts {
  readonly checks: Readonly<Record<'web' | 'sip', CheckFacts>>
  readonly stableForMs: number
  readonly inverted: readonly string[]
}
export interface CheckFacts {
  readonly type: 'http' | 'sip'
  readonly intervalMs: number
  readonly timeoutMs: number
  readonly fall: number
  readonly rise: number
}

export function of<K extends HappeningKind>(scene: Scene, ...kinds: K[]): Happening<K>[] {
  const isWanted = (happening: Happening): happening is Happening & Happening<K> =>
    (kinds as string[]).includes(happening.kind)
  return scene.happenings.filter(isWanted)
}

/** Those that are judged. */
export function judged<K extends HappeningKind>(scene: Scene, ...kinds: K[]): Happening<K>[] {
  return of(scene, ...kinds).filter(({ at }) => at >= scene.since && at <= scene.now)
}

export interface Span {
  readonly from: number
  readonly to: number
}

export function isIn({ from, to }: Span, at: number): boolean {
  return at >= from && at <= to
}

export function meets(a: Span, b: Span): boolean {
  return a.from <= b.to && b.from <= a.to
}

/** From each happening that begins to the next that ends. */
export function spansOf(
  happenings: readonly Happening[],
  begins: (happening: Happening) => boolean,
  ends: (happening: Happening) => boolean,
): Span[] {
  const spans: Span[] = []
  let from: number | null = null
  for (const happening of happenings) {
    if (from !== null && ends(happening)) {
      spans.push({ from, to: happening.at })
      from = null
    } else if (from === null && begins(happening)) from = happening.at
  }
  return from === null ? spans : [...spans, { from, to: Number.POSITIVE_INFINITY }]
}

/** How much of the first span lies in the others, which do not overlap. */
export function overlapMs(span: Span, others: readonly Span[]): number {
  const parts = others.map(({ from, to }) => Math.min(to, span.to) - Math.max(from, span.from))
  return parts.reduce((sum, part) => sum + Math.max(0, part), 0)
}
