import { isProven } from '../../src/core/proven.ts'
import { modeFor } from '../../src/core/role.ts'
import { roleOfWord } from '../../src/core/site-words.ts'
import { RoleCount, stored, storedOnDisk } from './invariants-of-moves.ts'
import { type Invariant, invertAt, isStart, type View } from './view.ts'
import { kindOf, masterStates } from './virtual-master.ts'

export const calmWorld: Invariant = {
  name: 'calm',
  follow: () => (fact, view) =>
    fact.is === 'calm' ? (upFault(view) ?? roleFault(view) ?? relayFault(view)) : null,
}

function upFault({ state, world }: View): string | null {
  if (!state) return `no daemon is up (life ${world.lives})`
  const stuck = ['starting', 'suspect', 'isolated', 'passive', 'unconfigured'].includes(state.phase)
  if (stuck) return `the phase is still ${state.phase}`
  return storedOnDisk(world)?.role === state.role ? null : 'the role is not on disk'
}

function roleFault(view: View): string | null {
  const { state, settings, world } = view
  if (!state || !settings || state.pause) return null
  if (state.override)
    return state.override.role === state.role ? null : `pinned, but the role is ${state.role}`
  if (world.master.state !== 'well') return state.role === 'slave' ? null : deadMasterFault(view)
  const held = state.flapping || state.loss !== null || settings.failback.policy !== 'auto'
  if (state.role === 'master' || held || isCutOff(view)) return null
  return `the master is well, and has not got the lines back: ${state.phase}`
}

/** ready_command has ended two daemons: it is asked again after a pause, and `status` says so. */
function isCutOff({ world, status }: View): boolean {
  const noted = Object.entries(JSON.parse(world.disk.noted ?? '{}') as Record<string, number>)
  const isReady = noted.some(([key, ends]) => key.startsWith('ready_command ') && ends >= 2)
  return isReady && (status()?.findings.some(({ code }) => code === 'failback-held') ?? false)
}

/** A check that has never been up decides nothing, and `status` says so. */
function deadMasterFault({ state, settings, world, status }: View): string | null {
  const dead = 'the master is dead, and has the lines'
  const manner = masterStates[world.master.state]
  const notices = settings?.checks.some(
    check => check.required && manner[kindOf(check)] !== 'answers' && isProven(state?.proven ?? null, check),
  )
  if (notices) return dead
  const isSaid = status()?.findings.some(({ code }) => code === 'check-unproven')
  return isSaid ? null : `${dead}, and status does not say why`
}

function relayFault(view: View): string | null {
  const { state, settings, world, status } = view
  if (!state || state.pause) return null
  // A trip of lines that are pinned to a server that is down, or that trip again and again.
  if (state.override && state.tripped.length > 0) return null
  for (const { name } of settings?.devices ?? []) {
    const { mode } = world.relay(name)
    const wanted = modeFor(state.role, invertAt(name, view))
    if (mode !== wanted) return `${name} is at mode=${mode}, the ${state.role} wants mode=${wanted}`
    const said = status()?.relays.find(relay => relay.name === name)
    if (said?.actual !== mode || !said.confirmed || said.error !== null || !isWatchdogRight(view, said.wdog))
      return `${name} is at mode=${mode}, status says ${JSON.stringify(said)}`
  }
  return null
}

/** In front of a PBX it is on while the lines go through the server. */
function isWatchdogRight({ world, state }: View, wdog: number | null): boolean {
  if (!world.site.bypass) return wdog === 0
  return state?.role === 'slave' || wdog === 1
}

export const statusIsTrue: Invariant = {
  name: 'status',
  follow: () => {
    const roles = new RoleCount()
    const read = new Map<string, 0 | 1>()
    let paused = false
    return (fact, view) => {
      roles.hear(fact, view)
      if (fact.is === 'born') read.clear()
      if (isStart(fact)) paused = stored(view.world)?.pause != null
      if (fact.is === 'line' && fact.text.startsWith('paused: '))
        paused = !fact.text.endsWith('deciding again')
      const due = view.isStatusDue && view.state !== null
      const fault = due ? statusFault(view, roles, read, paused) : null
      if (fact.is === 'read') read.set(fact.relay, fact.mode)
      // Relays of a new bank have not been read yet.
      if (fact.is === 'line' && fact.text.startsWith('reload: ')) read.clear()
      return fault
    }
  },
}

function statusFault(view: View, roles: RoleCount, read: Map<string, 0 | 1>, paused: boolean): string | null {
  const status = view.status()
  if (!status || view.state?.roleUnknown) return null
  if (roleOfWord(status.role) !== roles.role) return `status says ${status.role}, the log ${roles.role}`
  if ((status.paused !== null) !== paused)
    return `status says paused ${status.paused !== null}, the log ${paused}`
  if (status.next === '') return 'status has no next'
  for (const { name, actual } of status.relays) {
    const last = read.get(name)
    if (actual !== null && last !== undefined && actual !== last)
      return `status says ${name} reads ${actual}, it read ${last}`
  }
  return null
}

/** Two for each of 3 checks and 6 relays, and 12 for calendar, hooks, disk and operators; thirteen were seen at most. */
const mostTimers = 30

export const bounded: Invariant = {
  name: 'bounded',
  follow:
    () =>
    (fact, { world }) => {
      if (fact.is !== 'calm') return null
      const { waiting } = world.timeline
      if (waiting > mostTimers) return `${waiting} timers wait`
      const entries = world.life?.daemon?.assembly.store.history(10_000).length ?? 0
      return entries > 1000 ? `the history has ${entries} entries` : null
    },
}
