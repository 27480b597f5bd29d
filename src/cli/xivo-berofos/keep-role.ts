import type { TalkResult } from '../../control/client.ts'
import type { Role } from '../../core/role.ts'
import type { OrderStored, StoredFound } from '../../daemon/store-order.ts'
import { systemClock } from '../../system/clock.ts'
import type { Places } from '../berofosd/places.ts'
import type { Lines } from './lines.ts'

/** The relays may be driven: `tell` says whether the role outlives the next start, `release` lets a daemon start. */
export interface RoleKept {
  tell(): void
  /** Where devices that are given by name answered, as it is stored: by host. */
  readonly addresses: Readonly<Record<string, string>>
  release(): Promise<void>
}

/** `asked`: how the daemon did not answer; `asking` asks it again. */
interface Keeping extends Places {
  readonly asked: TalkResult
  readonly asking: () => Promise<TalkResult>
}

/** A daemon needs about a second to start or to end. */
const tries = 10
const againMs = 500

/**
 * Stores the role for the next start of berofosd, which would move the lines back otherwise. A daemon that is starting
 * or ending is waited for; `answer`: it answers now, or never did, and nothing may be driven behind its back.
 */
export async function keepRole(
  role: Role,
  { asked, asking, ...places }: Keeping,
  lines: Lines,
): Promise<RoleKept | { readonly answer: TalkResult }> {
  const { findStored, storeOrder } = await import('../../daemon/store-order.ts')
  let answer = asked
  for (let tried = 0; tried <= tries; tried++) {
    if (answer.outcome !== 'nobody') return { answer }
    const stored = await storeOrder(places, { role, pin: null })
    if (!stored.taken) return kept(role, stored, lines)
    // One that idles keeps its state directory and holds no relay.
    if (answer.idle) return besideIdle(role, await findStored(places), lines)
    if (tried === 0) lines.say('info', '… a berofosd is starting or ending')
    await systemClock.sleep(againMs)
    answer = await asking()
  }
  const error = `a berofosd has ${places.stateDirectory} and does not answer on ${places.controlSocket}`
  return { answer: { outcome: 'broken', error } }
}

/** It drives nothing until a master is named: to the role it remembers then, or, without one, to what the relays read. */
function besideIdle(role: Role, { stored: remembered, addresses }: StoredFound, lines: Lines): RoleKept {
  const theirs = remembered?.override?.role ?? (remembered?.adopting ? role : remembered?.role)
  const tell = () => {
    if (theirs === role) return
    const what = theirs === undefined ? 'may remember another role' : `remembers the role ${theirs}`
    lines.say(
      'warning',
      `not stored: the berofosd that idles here ${what}; it drives the lines there when a master is named`,
    )
  }
  return { tell, addresses, release: () => Promise.resolve() }
}

function kept(role: Role, { problem, addresses, release }: OrderStored, lines: Lines): RoleKept {
  const tell = () =>
    problem === null
      ? lines.say('info', `stored: the next start of berofosd finds the lines at the ${role}`)
      : lines.say('warning', `not stored: ${problem}; the next start of berofosd may undo this`)
  return { tell, addresses, release }
}
