import { isProven } from '../../src/core/proven.ts'
import { VerdictCount } from './follow-verdict.ts'
import { RoleCount } from './invariants-of-moves.ts'
import type { Invariant, View } from './view.ts'
import type { VirtualRelay } from './virtual-relay.ts'

/** What has to hold where one server stands in front of a PBX. */

/** A kick that was decided may have to wait for a moment. */
const slackMs = 1000

export const kicksEnd: Invariant = {
  name: 'kicks end',
  follow: () => {
    const down = new DownCount()
    let goneAt: number | null = null
    return (fact, view) => {
      const { now, state, world } = view
      if (!world.site.bypass) return null
      const downMs = down.hear(fact, view)
      if (fact.is === 'died' || fact.is === 'born') goneAt = fact.is === 'died' ? now : null
      if (fact.is !== 'kicked') return null
      const untilMs = world.site.bypass.kickS * 1000 + slackMs
      if (goneAt !== null && now - goneAt > untilMs) return `${fact.relay} is kicked, and no daemon is there`
      // The way back of lines that are forced to a dead server begins with a kick all the same.
      if (state?.pause || state?.move?.to === 'master' || downMs <= untilMs) return null
      return `${fact.relay} is kicked, and the server is down for ${Math.round(downMs)} ms`
    }
  },
}

export const noKickWhileBypassed: Invariant = {
  name: 'no kick',
  follow: () => {
    const roles = new RoleCount()
    return (fact, view) => {
      roles.hear(fact, view)
      if (fact.is !== 'kicked' || roles.role !== 'slave') return null
      const { state } = view
      if (state === null || state.pause || state.move?.to === 'master') return null
      return `${fact.relay} is kicked, and the lines are to be at the PBX`
    }
  },
}

/** A move waits for the disk, a device for its turn. */
const toldWithinMs = 3000

export const bypassedInTime: Invariant = {
  name: 'bypassed',
  follow: () => {
    const down = new DownCount()
    let quietSince = 0
    let failedAt: number | null = null
    let drivesSince: number | null = null
    const unsoundAt = new Map<string, number>()
    return (fact, view) => {
      const { now, world, state, settings } = view
      const { bypass } = world.site
      if (!bypass) return null
      const downMs = down.hear(fact, view)
      if (disturbs(fact)) {
        quietSince = now + (fact.is === 'stalled' ? fact.ms : 0)
        failedAt = null
      }
      // A pause that is over waits for one more failure, of a probe that was begun since.
      const timeoutMs =
        (fact.is === 'probed' && settings?.checks.find(({ name }) => name === fact.check)?.timeoutMs) || 0
      const isSince = now - quietSince > timeoutMs
      if (fact.is === 'probed' && fact.outcome === 'failed' && isSince && down.isDown(fact.check, view))
        failedAt ??= now
      for (const { name, sound } of world.relays) if (!sound) unsoundAt.set(name, now)
      const quietMs = now - quietSince
      if (quietMs <= 0) return null
      const watchdogMs = (bypass.watchdogS + bypass.kickS) * 1000 + slackMs
      const failedMs = failedAt === null ? 0 : now - failedAt
      // Before a hook has ended, nothing is driven.
      drivesSince = mayDrive(view) ? (drivesSince ?? now) : null
      const drivenMs = drivesSince === null ? 0 : now - drivesSince
      const isTold = Math.min(downMs, quietMs, failedMs, drivenMs) > toldWithinMs
      const names = new Set(settings?.devices?.map(({ name }) => name))
      const late = world.relays.find(relay => {
        if (relay.mode === 0 || !isOurs(relay)) return false
        // One that could not be told at the decision is told at its next retry.
        const isSound = now - (unsoundAt.get(relay.name) ?? 0) > downMs
        const isOverdue = isTold && isSound && names.has(relay.name)
        // Its watchdog begins anew with the way back of lines that are forced to a dead server.
        const thereMs = now - (relay.device.changes.at(-1)?.atMono ?? 0)
        const isLate = Math.min(downMs, quietMs, thereMs) > watchdogMs && !state?.pause
        return isOverdue || (isLate && isArmed(relay))
      })
      return late ? `${late.name} is at the server, down for ${Math.round(downMs)} ms` : null
    }
  },
}

export const bypassedWithoutDaemon: Invariant = {
  name: 'unwatched',
  follow: () => {
    let goneAt: number | null = null
    return (fact, { now, world }) => {
      const { bypass } = world.site
      if (!bypass) return null
      if (fact.is === 'died') goneAt = now
      if (fact.is === 'born') goneAt = null
      const goneMs = goneAt === null ? 0 : now - goneAt
      if (goneMs <= (bypass.kickS + bypass.watchdogS) * 1000 + slackMs) return null
      const left = world.relays.find(relay => relay.mode === 1 && isOurs(relay) && !relay.device.unplugged)
      return left ? `${left.name} is at the server, without a daemon for ${Math.round(goneMs)} ms` : null
    }
  },
}

/** Whatever makes the time count anew. */
function disturbs({ is, ...fact }: Parameters<ReturnType<Invariant['follow']>>[0]): boolean {
  if (is === 'line') return 'text' in fact && /^(?:reload|paused|override): /.test(fact.text)
  return ['done', 'born', 'ordered', 'stalled', 'forgot'].includes(is)
}

/** Nothing is forced, paused or on its way before the relays. */
function mayDrive({ state, world }: View): boolean {
  if (state === null || state.pause || state.override || state.roleUnknown) return false
  const isAsking = state.discovery === 'due' || state.discovery === 'asked' || state.phase === 'starting'
  return (
    !isAsking && state.move?.stage !== 'before' && state.phase !== 'unconfigured' && !world.life?.stalledUntil
  )
}

/** Another hand's doing is found at the next audit, that of a boot as well, which may leave the relay where it was. */
function isOurs({ device, poweredAt }: VirtualRelay): boolean {
  const { by, atMono } = device.changes.at(-1) ?? { by: 'http', atMono: 0 }
  return by === 'http' && atMono >= poweredAt
}

function isArmed({ device }: VirtualRelay): boolean {
  return device.values.get('wdogstate') === '1' && !device.unplugged
}

export const returnsByTheRules: Invariant = {
  name: 'returns',
  follow: () => {
    const tripped = new Set<string>()
    // A way back that has not arrived is taken up by the next start, whatever trips meanwhile.
    let isReturning = false
    return (fact, { state, world }) => {
      if (!world.site.bypass) return null
      if (state) isReturning = state.move?.to === 'master'
      // What was forgotten is asked of the relays anew.
      if (fact.is === 'forgot') tripped.clear()
      if (fact.is === 'moved' && fact.by === 'watchdog' && !isReturning) tripped.add(fact.relay)
      if (fact.is === 'moved' && fact.mode === 1) tripped.delete(fact.relay)
      if (fact.is === 'line' && /^(?:failback|forced): lines to the master/.test(fact.text)) tripped.clear()
      if (fact.is !== 'wrote' || fact.keyword !== 'mode' || fact.value !== '1') return null
      return tripped.has(fact.relay) ? `${fact.relay} has tripped, and is driven back to the server` : null
    }
  },
}

/** For how long the required checks find the server down, counted apart from the daemon. */
class DownCount {
  readonly #counts = new VerdictCount()
  #since: number | null = null

  /** Whether this check, which decides, is down. */
  isDown(name: string, { settings, state }: View): boolean {
    const check = settings?.checks.find(check => check.name === name)
    const decides = check?.required === true && isProven(state?.proven ?? null, check)
    return decides && this.#counts.verdictOf(name) === 'down'
  }

  hear(fact: Parameters<ReturnType<Invariant['follow']>>[0], { settings, state, now }: View): number {
    this.#counts.hear(fact, settings, now)
    const failing = settings === null ? undefined : this.#counts.failing(settings)
    // What was up before the state was lost has to be up once more.
    const isDown = failing !== undefined && isProven(state?.proven ?? null, failing)
    this.#since = isDown ? (this.#since ?? now) : null
    return this.#since === null ? Number.NEGATIVE_INFINITY : now - this.#since
  }
}
