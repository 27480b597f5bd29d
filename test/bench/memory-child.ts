import { EventLoop } from '../../src/daemon/event-loop.ts'
import { systemClock } from '../../src/system/clock.ts'
import { keepMemorySmall } from '../../src/system/small-memory.ts'
import { someSettings } from '../helpers/settings.ts'

// Prints the resident bytes after 1000 and after 100 000 probe results. Bundled and run by memory.ts.
keepMemorySmall(4)
const settings = someSettings()
const loop = new EventLoop(settings, systemClock, () => {}, console.error)
loop.post({ kind: 'started', stored: null, secondary: true })
const probe = async (count: number) => {
  for (let i = 0; i < count; i++) {
    const outcome = i % 7 === 0 ? 'failed' : 'answered'
    loop.post({ kind: 'probed', check: 'ping', result: { outcome, ms: i, detail: `result ${i}` } })
    // As in life: each result comes in a turn of its own.
    if (i % 100 === 0) await new Promise(resolve => setImmediate(resolve))
  }
  global.gc?.()
  return process.memoryUsage().rss
}
const few = await probe(1000)
const many = await probe(99_000)
loop.close()
console.log(few, many)
