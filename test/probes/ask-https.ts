import { probeHttpWith } from '../../src/probes/http.ts'
import { createSystemCas } from '../../src/probes/system-cas.ts'
import { systemClock } from '../../src/system/clock.ts'
import { httpCheck, neverAborts } from './checks.ts'

/** A program that asks the URL in its first argument once, believing the bundle in its second, and prints what it found. */
const [url = '', bundle = ''] = process.argv.slice(2)
const { outcome, detail } = await probeHttpWith(createSystemCas(bundle))(
  httpCheck({ url, timeoutMs: 5000 }),
  systemClock,
  neverAborts,
)
process.stdout.write(JSON.stringify([outcome, detail]))
