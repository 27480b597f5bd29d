import type { ProbeResult } from '../core/role.ts'

/** What became of the probes of each check in the last quarter of an hour, for the page: check → slots, oldest first. */
export type RecentProbes = Readonly<Record<string, readonly ProbeSlot[]>>

/** The probes of one check whose results came within one slot of time. */
export interface ProbeSlot {
  /** So many slots since `mono` 0. */
  readonly slot: number
  readonly answered: number
  readonly failed: number
  /** They could not be made. */
  readonly inconclusive: number
  /** Of those that were answered. */
  readonly slowestMs: number
}

export const slotMs = 10_000
export const recentSlots = 90

/** With one result more. What is older than all slots is forgotten, and so is a check that has no younger one. */
export function withResult(
  recent: RecentProbes,
  check: string,
  { outcome, ms }: ProbeResult,
  mono: number,
): RecentProbes {
  const slot = Math.floor(mono / slotMs)
  const before = recent[check] ?? []
  const last = before.at(-1)
  if (last?.slot === slot) return { ...recent, [check]: [...before.slice(0, -1), counted(last, outcome, ms)] }
  const fresh = { slot, answered: 0, failed: 0, inconclusive: 0, slowestMs: 0 }
  return { ...youngOnly(recent, slot), [check]: [...young(before, slot), counted(fresh, outcome, ms)] }
}

function counted(slot: ProbeSlot, outcome: ProbeResult['outcome'], ms: number): ProbeSlot {
  const slowestMs = outcome === 'answered' ? Math.max(slot.slowestMs, ms) : slot.slowestMs
  return { ...slot, [outcome]: slot[outcome] + 1, slowestMs }
}

function youngOnly(recent: RecentProbes, now: number): RecentProbes {
  const left = Object.entries(recent).filter(([, slots]) => young(slots, now).length > 0)
  return Object.fromEntries(left)
}

function young(slots: readonly ProbeSlot[], now: number): readonly ProbeSlot[] {
  return slots.filter(({ slot }) => slot > now - recentSlots)
}
