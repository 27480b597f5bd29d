import {
  type MasterCondition,
  type MasterService,
  masterServices,
  startSimulatedMaster,
} from '../../src/simulator/simulated-master.ts'
import { Random } from '../helpers/random.ts'
import { noteToParent, serveParent, watchStarving } from './children.ts'
import { monoMs, sharedClock } from './shared-clock.ts'

// The virtual master. Notes each probe that reaches it, and whether it was answered.

/** Services behave so until the next order that names them. */
export type MasterOrder =
  | { readonly do: 'hello' }
  | { readonly do: 'be'; readonly services: readonly MasterService[]; readonly condition: MasterCondition }
  /** Now so, now alive again, each for up to so long. */
  | {
      readonly do: 'flap'
      readonly services: readonly MasterService[]
      readonly condition: MasterCondition
      readonly periodMs: number
    }
  /** Leaves this share of the probes unanswered. */
  | { readonly do: 'lose'; readonly services: readonly MasterService[]; readonly share: number }

export type MasterAnswer = Readonly<Record<MasterService, number>>

const [address = '127.0.0.1', seed = '1'] = process.argv.slice(2)
const random = new Random(Number(seed))
const at = { address }
const master = await startSimulatedMaster({ clock: sharedClock, tcp: at, http: at, sip: at })
const seen: Record<MasterService, number> = { tcp: 0, http: 0, sip: 0 }
const lossy = new Map<MasterService, number>()
const flapping = new Map<MasterService, NodeJS.Timeout>()

/** How exactly the time of a probe is known. */
const pollMs = 4
for (const service of masterServices) noteCondition(service)
setInterval(() => masterServices.forEach(poll), pollMs)
watchStarving('master', noteToParent)

serveParent<MasterOrder>(async (order): Promise<MasterAnswer> => {
  if (order.do !== 'hello')
    for (const service of order.services) {
      clearTimeout(flapping.get(service))
      lossy.delete(service)
      await begin(order, service)
    }
  const port = (service: MasterService) => master.endpoints[service].port
  return { tcp: port('tcp'), http: port('http'), sip: port('sip') }
})

async function begin(order: Exclude<MasterOrder, { do: 'hello' }>, service: MasterService): Promise<void> {
  if (order.do === 'be') return put(service, order.condition)
  await put(service, 'alive')
  if (order.do === 'lose') lossy.set(service, order.share)
  else flap(service, order.condition, order.periodMs)
}

function flap(service: MasterService, condition: MasterCondition, periodMs: number): void {
  const next = async () => {
    await put(service, master.conditions[service] === 'alive' ? condition : 'alive')
    if (flapping.get(service) === timer) flap(service, condition, periodMs)
  }
  const timer = setTimeout(() => void next(), random.between(Math.ceil(periodMs / 4), periodMs))
  flapping.set(service, timer)
}

async function put(service: MasterService, condition: MasterCondition): Promise<void> {
  poll(service)
  // Noted before it dies and after it lives: what is refused in between has an explanation.
  if (condition === 'dead') noteToParent({ kind: 'condition', at: monoMs(), service, condition })
  await master.setCondition(condition, service)
  if (condition !== 'dead') noteCondition(service)
}

/** A probe is answered, or not, in the very turn in which it is counted. */
function poll(service: MasterService): void {
  const condition = master.conditions[service]
  for (; seen[service] < master.counts[service]; seen[service]++)
    noteToParent({ kind: 'probe', at: monoMs(), service, answered: condition === 'alive' })
  const share = lossy.get(service)
  if (share !== undefined) void master.setCondition(random.chance(share) ? 'silent' : 'alive', service)
}

function noteCondition(service: MasterService): void {
  noteToParent({ kind: 'condition', at: monoMs(), service, condition: master.conditions[service] })
}
