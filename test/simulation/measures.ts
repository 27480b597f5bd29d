import { isTelephonyThere, masterStates } from './virtual-master.ts'
import type { World } from './world.ts'

/** What a history did to the callers, from what was and not from what anybody believed. */
export interface Measures {
  /** Sum over the relays: milliseconds with the lines at a master that answered nothing. */
  readonly silentMs: number
  /** The same while it had no power. */
  readonly offMs: number
  /** The same while the master answered pings, but not all that the site's required checks ask. */
  readonly deafMs: number
  /** Orders that moved lines off a master that could take calls, or to one that could not, and the ways back. */
  readonly needless: Readonly<Record<Needless, number>>
  /** Orders that moved lines off a server that could take calls. */
  readonly cut: number
  /** Relays looked at in calm moments, and those that stood wrong. */
  readonly looked: number
  readonly wrong: number
  /** From when the master was not well until the last relay had left it, milliseconds; only where nothing else was amiss. */
  readonly leftMs: Readonly<Record<Unwell, readonly number[]>>
  /** In front of a PBX: those of them that took longer than berofosd prints for this site. */
  readonly late: number
}

/**
 * Why a switch was needless, the way back counting as what it undoes. late: the master had come back a moment before ·
 * blind: this node could not reach it · dead: it went to a master that could take no calls · plain: none of these.
 */
export type Needless = 'late' | 'blind' | 'dead' | 'plain'
/** A master that is back for less is just back. */
export const justBackMs = 30_000

export const nothingMeasured: Measures = {
  silentMs: 0,
  offMs: 0,
  deafMs: 0,
  needless: { late: 0, blind: 0, dead: 0, plain: 0 },
  cut: 0,
  looked: 0,
  wrong: 0,
  leftMs: { silent: [], deaf: [], off: [] },
  late: 0,
}

/**
 * What the master is for the callers of a site: a check that is not required does not count. A server in front of a PBX
 * is off without power, silent when its telephony has ended, and deaf when that is there and takes no calls.
 */
export type MasterIs = 'well' | Unwell
export type Unwell = 'silent' | 'deaf' | 'off'

/** What the master of this world is now. The slave is taken to be well at all times. */
export function masterIs({ master, site, off }: Pick<World, 'master' | 'site' | 'off'>): MasterIs {
  if (off) return 'off'
  const manner = masterStates[master.state]
  const answersAll = site.checks.every(({ type, required }) => !required || manner[type] === 'answers')
  if (site.bypass) return answersAll ? 'well' : isTelephonyThere(master.state) ? 'deaf' : 'silent'
  if (manner.ping !== 'answers') return 'silent'
  return answersAll ? 'well' : 'deaf'
}

export function addMeasures(a: Measures, b: Measures): Measures {
  return {
    silentMs: a.silentMs + b.silentMs,
    offMs: a.offMs + b.offMs,
    deafMs: a.deafMs + b.deafMs,
    needless: addCounts(a.needless, b.needless),
    cut: a.cut + b.cut,
    looked: a.looked + b.looked,
    wrong: a.wrong + b.wrong,
    leftMs: {
      silent: [...a.leftMs.silent, ...b.leftMs.silent],
      deaf: [...a.leftMs.deaf, ...b.leftMs.deaf],
      off: [...a.leftMs.off, ...b.leftMs.off],
    },
    late: a.late + b.late,
  }
}

function addCounts(a: Measures['needless'], b: Measures['needless']): Measures['needless'] {
  return {
    late: a.late + b.late,
    blind: a.blind + b.blind,
    dead: a.dead + b.dead,
    plain: a.plain + b.plain,
  }
}
