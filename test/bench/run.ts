import { toolOptions } from '../../src/build/tool-options.ts'
import { systemPrograms } from '../booted/helpers/requirements.ts'
import { missingText } from '../helpers/needs.ts'
import { benchAlerts } from './alerts.ts'
import { benchBusy } from './busy.ts'
import { benchDetection } from './detection.ts'
import { benchFlash } from './flash.ts'
import { benchFleet } from './fleet.ts'
import { benchIdle } from './idle.ts'
import { benchMemory } from './memory.ts'
import { benchRelays } from './relays.ts'
import { type Figure, printFigures } from './report.ts'
import { benchStart } from './start.ts'
import { benchStatus } from './status.ts'
import { benchFailover } from './system/failover.ts'
import { benchXivoBerofos } from './xivo-berofos.ts'

interface Bench {
  readonly run: () => Promise<Figure[]>
  /** Programs of the system, without which it can't be run. */
  readonly uses?: readonly string[]
  readonly asRoot?: true
  /** Run only when it is named: it boots a system and takes minutes. */
  readonly lengthy?: true
}

/** `npm run bench [-- NAME …]`: prints each figure beside its limit; fails when one does not hold. */
const benches: Readonly<Record<string, Bench>> = {
  relays: { run: benchRelays },
  alerts: { run: benchAlerts },
  fleet: { run: benchFleet },
  flash: { run: benchFlash },
  start: { run: benchStart },
  status: { run: benchStatus },
  'xivo-berofos': { run: benchXivoBerofos },
  memory: { run: benchMemory },
  idle: { run: benchIdle, uses: ['ping'] },
  busy: { run: benchBusy },
  detection: { run: benchDetection, uses: ['ping', 'ip'], asRoot: true },
  // `--runs N`: of each contender.
  keepalived: { run: () => benchFailover(runs), uses: systemPrograms, asRoot: true, lengthy: true },
}

const usage = `npm run bench -- [NAME …] [--runs N], where NAME is one of ${Object.keys(benches).join(', ')}`
const { values, positionals: names } = toolOptions(usage, { runs: { type: 'string', default: '10' } })
const runs = Number(values.runs)
const wrong = wrongWords()
if (wrong !== null) {
  console.error(`bench: ${wrong}`)
  process.exitCode = 2
} else {
  // Ends this process even where something that a failed bench has started would keep it alive.
  process.exit(await runChosen())
}

function wrongWords(): string | null {
  const unknown = names.find(name => !Object.hasOwn(benches, name))
  if (unknown !== undefined) return `no bench "${unknown}", there are: ${Object.keys(benches).join(', ')}`
  return Number.isInteger(runs) && runs > 0 ? null : `--runs ${values.runs}: expected a number from 1`
}

/** The exit status: 0 when every figure holds. What is missing is said before anything is started. */
async function runChosen(): Promise<number> {
  const chosen = Object.entries(benches).filter(([name, { lengthy }]) =>
    names.length > 0 ? names.includes(name) : !lengthy,
  )
  const missing = chosen.flatMap(([name, bench]) => whyNotRun(bench).map(why => `bench ${name}: ${why}`))
  for (const line of missing) console.error(line)
  if (missing.length > 0) return 2
  let holds = true
  for (const [name, { run }] of chosen) {
    const figures = await run().catch(error => {
      console.error(`bench ${name}: ${error instanceof Error ? error.message : error}`)
      return null
    })
    // What it has started would disturb the next one, and goes when this process ends.
    if (figures === null) return 1
    printFigures(figures)
    holds &&= figures.every(figure => figure.holds)
  }
  return holds ? 0 : 1
}

function whyNotRun({ uses = [], asRoot }: Bench): string[] {
  const root = asRoot && process.getuid?.() !== 0 ? ['only root can make its network'] : []
  return [...root, missingText(uses) ?? []].flat()
}
