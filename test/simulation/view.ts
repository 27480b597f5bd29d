import type { DeviceSettings, Settings } from '../../src/core/settings.ts'
import type { State } from '../../src/core/state.ts'
import type { Status } from '../../src/status/status-json.ts'
import type { InvariantName } from '../helpers/invariant-table.ts'
import type { Fact } from './facts.ts'
import type { World } from './world.ts'

/** What an invariant may look at when it hears of a fact. */
export interface View {
  /** Milliseconds since the beginning of the world. */
  readonly now: number
  readonly world: World
  /** Of the daemon that is up; null: there is none. */
  readonly state: State | null
  readonly settings: Settings | null
  /** As this daemon drives them now: one that it knows for another is driven as that one. */
  readonly devices: readonly DeviceSettings[]
  /** At a fact it is made once, however many look. */
  readonly status: () => Status | null
  /** Whether `status` is worth a look at this fact: it is asked so often that only some of its answers can be judged. */
  readonly isStatusDue: boolean
}

/** What must hold after every step; docs/testing.md prints the table. */
export interface Invariant {
  readonly name: InvariantName
  /** Follows one history; says what is wrong, or null. */
  readonly follow: () => (fact: Fact, view: View) => string | null
}

/** A probe tells the daemon nothing new but that the time goes on: `status` is looked at after so many. */
const probesUnseen = 8

/** One for each world: it shows what is there at the moment, and hears each fact before who judges it. */
export function viewOf(world: World): View & { readonly hear: (fact: Fact) => void } {
  const assembly = () => world.life?.daemon?.assembly
  let status: Status | null | undefined
  let unseen = 0
  let isDue = false
  return {
    hear(fact) {
      status = undefined
      // What a fact tells the daemon hears after it: what is said is compared when the next thing happens.
      isDue = fact.is === 'calm' || (fact.is === 'probed' && unseen >= probesUnseen)
      unseen = isDue ? 0 : unseen + (isAnswer(fact) ? 1 : probesUnseen)
    },
    get isStatusDue() {
      return isDue
    },
    world,
    get now() {
      return world.timeline.now
    },
    get state() {
      return assembly()?.loop.state ?? null
    },
    get settings() {
      return assembly()?.loop.settings ?? null
    },
    get devices() {
      const relays = assembly()?.parts.bank.list() ?? []
      const devices = assembly()?.loop.settings.devices ?? []
      // What is in force and the relays are replaced one after the other.
      return devices.map(
        device => relays.find(({ settings }) => settings.name === device.name)?.settings ?? device,
      )
    },
    status() {
      status = status === undefined ? (assembly()?.status() ?? null) : status
      return status
    },
  }
}

/** Which way the device at this place has to go, by whom it says that it is. */
export function invertAt(name: string, { settings, world }: Pick<View, 'settings' | 'world'>): boolean {
  const all = settings?.devices ?? []
  const { mac } = world.relay(name)
  const who = all.find(device => device.mac === mac) ?? all.find(device => device.name === name)
  return who?.invert ?? false
}

/** What is stored counts for a start as it finds it: a command that could not lock may store until then. */
export function isStart({ is }: Fact): boolean {
  return is === 'born' || is === 'found'
}

function isAnswer(fact: Fact): boolean {
  return (
    (fact.is === 'probed' && fact.outcome === 'answered') || fact.is === 'heard' || fact.is === 'collected'
  )
}
