import { parseArgs } from 'node:util'
import { benchDetection } from './detection.ts'
import { benchFlash } from './flash.ts'
import { benchIdle } from './idle.ts'
import { benchMemory } from './memory.ts'
import { benchRelays } from './relays.ts'
import { type Figure, printFigures } from './report.ts'
import { benchStatus } from './status.ts'
import { benchFailover } from './system/failover.ts'
import { benchXivoBerofos } from './xivo-berofos.ts'

/** `npm run bench [-- NAME …]`: prints each figure beside its limit; fails when one does not hold. */
const benches = {
  relays: benchRelays,
  flash: benchFlash,
  status: benchStatus,
  'xivo-berofos': benchXivoBerofos,
  memory: benchMemory,
  idle: benchIdle,
  detection: benchDetection,
}

/** Run only when named, as root: they boot a system, and take minutes. `--runs N`: of each contender. */
const lengthy = {
  keepalived: () => benchFailover(runs),
}

const { values, positionals: names } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string', default: '10' } },
})
const runs = Number(values.runs)
const wrong = wrongWords()
if (wrong !== null) {
  console.error(`bench: ${wrong}`)
  process.exitCode = 2
} else process.exitCode = (await runChosen()) ? 0 : 1

function wrongWords(): string | null {
  const known = Object.keys({ ...benches, ...lengthy })
  const unknown = names.find(name => !known.includes(name))
  if (unknown !== undefined) return `no bench "${unknown}", there are: ${known.join(', ')}`
  return Number.isInteger(runs) && runs > 0 ? null : `--runs ${values.runs}: expected a number from 1`
}

/** Whether every figure holds. */
async function runChosen(): Promise<boolean> {
  const figures: Figure[] = []
  const named = Object.entries({ ...benches, ...lengthy }).filter(([name]) => names.includes(name))
  for (const [, run] of names.length > 0 ? named : Object.entries(benches)) {
    const found = await run()
    printFigures(found)
    figures.push(...found)
  }
  return figures.every(({ holds }) => holds)
}
