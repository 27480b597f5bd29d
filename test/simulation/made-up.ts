import type { Fact } from './facts.ts'
import { defaults, type Site } from './site.ts'
import { runUntil } from './timeline.ts'
import { World, type WorldOptions } from './world.ts'

/** What happens at which second. */
export type Happenings = readonly (readonly [atS: number, run: (world: World) => void])[]

/** Two relays, ping and SIP, nothing special. */
export const plainSite: Site = {
  checks: [
    { name: 'ping', type: 'ping', intervalS: 1, timeoutS: 1, fall: 5, rise: 5, required: true },
    { name: 'sip', type: 'sip', intervalS: 5, timeoutS: 1, fall: 5, rise: 5, required: true },
  ],
  witnesses: 0,
  ...defaults,
  devices: [
    { name: 'fos1', invert: false },
    { name: 'fos2', invert: false },
  ],
  hooks: [],
  hookTimeoutS: 60,
  secondary: false,
}

/** A short history made by hand. It begins at a full minute, with the lines at the master, and lasts `forS` seconds. */
export async function playMadeUp(options: {
  readonly actor: NonNullable<WorldOptions['actor']>
  readonly happenings: Happenings
  readonly forS: number
  readonly site?: Site
  readonly watch?: (fact: Fact, world: World) => void
  readonly look?: (world: World) => void
}): Promise<void> {
  const { actor, happenings, forS, site = plainSite, watch = () => {}, look } = options
  const world = new World({ seed: 1, site, pace: 1, wall: Date.UTC(2026, 0, 1), watch, actor })
  for (const [atS, run] of happenings) world.timeline.at(atS * 1000, () => run(world))
  let over = false
  world.timeline.at(forS * 1000, () => {
    over = true
  })
  world.boot()
  await runUntil(world.timeline, () => {
    look?.(world)
    return over
  })
}
