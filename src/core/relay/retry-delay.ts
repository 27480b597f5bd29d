/**
 * The pause before try number `attempt` + 1: `firstMs` doubled each time up to `maxMs`, less a quarter at most.
 * @param random 0 ≤ random < 1, passed in so that the function stays pure; it spreads many relays apart
 */
export function retryDelayMs(attempt: number, firstMs: number, maxMs: number, random: number): number {
  const doubled = Math.min(maxMs, firstMs * 2 ** Math.max(0, Math.min(attempt, 40) - 1))
  return doubled * (1 - random / 4)
}
