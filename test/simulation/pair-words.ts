import type { Fact } from './facts.ts'

/**
 * A fact of a site in front of a PBX in the words of a pair, so that the invariants of what is the same there need not
 * know both. It is the reverse of core/site-words.ts, as far as the invariants read it.
 */
export function inPairWords(fact: Fact): Fact {
  if (fact.is !== 'line' && fact.is !== 'collected') return fact
  return { ...fact, text: phrases.reduce((text, [from, to]) => text.replaceAll(from, to), fact.text) }
}

const phrases: readonly (readonly [RegExp, string])[] = [
  [/^bypass(?=:| done)/g, 'failover'],
  [/lines through the server/g, 'lines to the master'],
  [/lines bypassed to the PBX/g, 'lines to the slave'],
  [/the server/g, 'the master'],
  [/the PBX/g, 'the slave'],
  [/automatic bypass/g, 'automatic failover'],
]

/** A failover that no verdict has decided: the device has bypassed by itself, and the role followed. */
export function isTrip(text: string): boolean {
  return /: (?:the watchdog of \S+ tripped|\S+ was found bypassed)$/.test(text)
}
