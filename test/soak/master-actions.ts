import {
  type MasterCondition,
  type MasterService,
  masterServices,
} from '../../src/simulator/simulated-master.ts'
import type { Action, Stage } from './action.ts'
import type { MasterOrder } from './master-process.ts'

/** Ways in which the master is not well. */
export const masterActions: readonly Action[] = [
  ...(['dead', 'silent', 'drip'] as const).map(condition =>
    masterAction(`master ${condition}`, 7, { do: 'be', services: masterServices, condition }, 500, 7000),
  ),
  ...(['http', 'sip'] as const).flatMap(service =>
    (['dead', 'silent', 'drip'] as const).map(condition => oneService(service, condition)),
  ),
  // Watched only: it must never decide.
  oneService('tcp', 'dead'),
  {
    name: 'master flaps',
    weight: 5,
    parts: ['master'],
    run: stage => {
      const condition = stage.random.pick(['dead', 'silent'] as const)
      const periodMs = stage.random.pick([80, 300, 700, 1500])
      return unwell(stage, { do: 'flap', services: masterServices, condition, periodMs }, 1000, 8000)
    },
  },
  {
    name: 'master loses probes',
    weight: 5,
    parts: ['master'],
    run: stage =>
      unwell(
        stage,
        { do: 'lose', services: masterServices, share: stage.random.between(10, 80) / 100 },
        1000,
        8000,
      ),
  },
]

function oneService(service: MasterService, condition: MasterCondition): Action {
  return masterAction(`${service} ${condition}`, 1, { do: 'be', services: [service], condition }, 300, 5000)
}

function masterAction(
  name: string,
  weight: number,
  order: MasterOrder,
  lowMs: number,
  highMs: number,
): Action {
  return { name, weight, parts: ['master'], run: stage => unwell(stage, order, lowMs, highMs) }
}

async function unwell(
  { world, linger }: Stage,
  order: MasterOrder,
  lowMs: number,
  highMs: number,
): Promise<void> {
  await world.master.ask(order)
  await linger(lowMs, highMs)
  await healMaster(world)
}

export async function healMaster({ master }: Stage['world']): Promise<void> {
  await master.ask({ do: 'be', services: masterServices, condition: 'alive' })
}
