import { planOf } from './plan.ts'
import { simulate } from './simulate.ts'

process.env.TZ = 'Europe/Paris'
const [from = 0, to = 20] = process.argv.slice(2).map(Number)
let ms = 0
const t = performance.now()
const bad: string[] = []
for (let seed = from; seed < to; seed++) {
  const { violation, tally } = await simulate(planOf(seed))
  ms += tally.ms
  if (violation) bad.push(`${seed}: ${violation.invariant}: ${violation.text}`)
}
const wallMs = performance.now() - t
console.log(bad.join('\n'))
console.log(
  bad.length,
  'bad',
  (ms / 3.6e6).toFixed(0),
  'h',
  (wallMs / 1000).toFixed(1),
  's',
  (ms / 3.6e6 / (wallMs / 60000)).toFixed(0),
  'h/min',
)
