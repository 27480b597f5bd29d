import { setFlagsFromString } from 'node:v8'

/** With more relays a move makes so much garbage, and runs so much code, that both flags would cost a third of its time. */
const mostRelays = 16

/** With how few relays V8 runs → its flags. What is with many is V8's own default. */
const flags = {
  few: [
    // The young generation grew with the number of probe results: over 100 000 of them from 50 to 60 MiB resident, and to
    // 70 with more, while what was in use stayed at 4 MiB.
    '--semi-space-growth-factor=1',
    // A daemon at rest runs nothing often enough to be worth the optimizing compiler, whose own pages are 4 to 6 MiB.
    '--no-opt',
  ],
  many: ['--semi-space-growth-factor=2', '--opt'],
} as const

let present: keyof typeof flags = 'many'

/** Keeps what V8 uses small, where that costs nothing. To be called again whenever the number of relays may have changed. */
export function keepMemorySmall(relays: number): void {
  const wanted = relays > mostRelays ? 'many' : 'few'
  if (wanted === present) return
  present = wanted
  for (const flag of flags[wanted]) setFlagsFromString(flag)
}
