import type { Slave } from '../../booted/helpers/slave.ts'
import { eventually } from '../../helpers/until.ts'
import { monotonicMs } from './clocks.ts'
import type { Contender } from './contender.ts'

/** One failover: milliseconds from the moment before the link of the master was cut. */
export interface Times {
  /** Until it took the master for dead, as its own line in the journal tells. */
  readonly foundMs: number
  /** Until the last virtual berofos had moved. */
  readonly movedMs: number
  /** Until it had read the last one back. */
  readonly confirmedMs: number
}

/** From a steady start to the lines at the slave. `run`: the how manieth, from 0. */
export async function raceOnce(slave: Slave, contender: Contender, run: number): Promise<Times> {
  const { network, relays } = slave
  try {
    await contender.begin()
    // Golden section: however many runs there are, their cuts are spread over the interval.
    await pause(steadyMs + ((run * 0.618) % 1) * contender.intervalMs)
    await relays.countAnew()
    // Cutting takes a few milliseconds, which all contenders pay alike.
    const cutMs = monotonicMs()
    await network.cut('master')
    const told = await contender.told(cutMs)
    await eventually('all lines at the slave', () => relays.allAt(0))
    const moves = (await relays.changes()).map(({ atMs }) => atMs - cutMs)
    if (moves.length !== relays.count) throw new Error(`${moves.length} moves of ${relays.count} relays`)
    return {
      foundMs: told.foundMs - cutMs,
      movedMs: Math.max(...moves),
      confirmedMs: told.confirmedMs - cutMs,
    }
  } catch (error) {
    const tail = await slave.run(['journalctl', '--no-pager', '--lines=40', '--output=short-precise'])
    throw new Error(`${contender.name}: ${(error as Error).message}\n\n${tail.stdout}${tail.stderr}`)
  } finally {
    await contender.end()
  }
}

/** For what a start still does after it says that it is up. */
const steadyMs = 2000

function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
