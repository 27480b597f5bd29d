import type { Slave } from '../../booted/helpers/slave.ts'
import type { Sections } from '../../booted/helpers/slave-conf.ts'
import type { Contender } from './contender.ts'
import { found } from './found.ts'
import { journalSince } from './journal.ts'

export interface Pace {
  readonly name: string
  readonly intervalMs: number
  /** Of [check.ping]; null: nothing is configured but the master's host. */
  readonly check: Readonly<Record<string, string | number>> | null
}

/** The service of the package. */
export function berofosdOf(slave: Slave, { name, intervalMs, check }: Pace): Contender {
  const { container, relays } = slave
  return {
    name,
    intervalMs,
    begin: () => slave.begin(sectionsOf(check)),
    told: cutMs =>
      found('every relay is told to be switched', async () => {
        const lines = await journalSince(container, cutMs, 'berofosd')
        const down = lines.find(({ text }) => text.startsWith('check ping: down'))
        const switched = lines.filter(({ text }) => /^switched \S+ to mode=0 /.test(text))
        if (!down || switched.length < relays.count) return undefined
        return { foundMs: down.atMs, confirmedMs: Math.max(...switched.map(({ atMs }) => atMs)) }
      }),
    async end() {
      await slave.must(['systemctl', 'stop', 'berofosd'])
    },
  }
}

/** What `berofosd check-config` prints for the default configuration, in milliseconds. */
export async function printedWorstCaseMs(slave: Slave): Promise<number> {
  await slave.prepare(sectionsOf(null))
  const printed = await slave.must(['berofosd', 'check-config'])
  const seconds = /worst-case detection (\d+(?:\.\d+)?) s/.exec(printed)?.[1]
  if (seconds === undefined) throw new Error(`berofosd check-config prints no worst case:\n${printed}`)
  return Number(seconds) * 1000
}

/** Of the helper's own choices only the master's host stays. */
function sectionsOf(check: Pace['check']): Sections {
  return { 'check.ping': check, isolation: null, failback: null, relays: null }
}
