import type { Action } from './action.ts'

/** What may befall rsyslogd. */
export const collectorActions: readonly Action[] = [
  {
    name: 'rsyslogd restarted',
    weight: 3,
    parts: ['collector'],
    async run({ world, linger }) {
      await world.collector.stop()
      await linger(0, 5000)
      await world.collector.start()
      await world.daemon.status()
    },
  },
  {
    name: 'rsyslogd stalled',
    weight: 3,
    parts: ['collector'],
    async run({ world, linger }) {
      world.collector.stall()
      await linger(200, 5000)
      world.collector.resume()
      await world.daemon.status()
    },
  },
  {
    name: 'syslog socket removed',
    weight: 2,
    parts: ['collector'],
    async run({ world, linger }) {
      world.collector.unlink()
      await linger(200, 3000)
      await world.collector.stop()
      await world.collector.start()
      await world.daemon.status()
    },
  },
]
