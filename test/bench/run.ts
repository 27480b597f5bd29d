import { benchDetection } from './detection.ts'
import { benchFlash } from './flash.ts'
import { benchIdle } from './idle.ts'
import { benchMemory } from './memory.ts'
import { benchRelays } from './relays.ts'
import { type Figure, printFigures } from './report.ts'
import { benchStatus } from './status.ts'
import { benchXivoBerofos } from './xivo-berofos.ts'

/** `npm run bench [NAME …]`: prints each figure beside its limit; fails when one does not hold. */
const benches = {
  relays: benchRelays,
  flash: benchFlash,
  status: benchStatus,
  'xivo-berofos': benchXivoBerofos,
  memory: benchMemory,
  idle: benchIdle,
  detection: benchDetection,
}

const names = process.argv.slice(2)
const figures: Figure[] = []
for (const [name, run] of Object.entries(benches)) {
  if (names.length > 0 && !names.includes(name)) continue
  const found = await run()
  printFigures(found)
  figures.push(...found)
}
process.exitCode = figures.every(({ holds }) => holds) ? 0 : 1
