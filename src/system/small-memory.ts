import { setFlagsFromString } from 'node:v8'

/** With more relays a move makes so much garbage, and runs so much code, that both flags would cost a third of its time. */
const mostRelays = 16

const flags = [
  // The young generation grew with the number of probe results: over 100 000 of them from 50 to 60 MiB resident, and to
  // 70 with more, while what was in use stayed at 4 MiB.
  '--semi-space-growth-factor=1',
  // A daemon at rest runs nothing often enough to be worth the optimizing compiler, whose own pages are 4 to 6 MiB.
  '--no-opt',
]

/** Keeps what V8 uses small, where that costs nothing. Takes force at any time. */
export function keepMemorySmall(relays: number): void {
  if (relays > mostRelays) return
  for (const flag of flags) setFlagsFromString(flag)
}
