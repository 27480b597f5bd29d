import { VerdictCount } from './follow-verdict.ts'
import { stored } from './invariants-of-moves.ts'
import type { Invariant, View } from './view.ts'

const isFailback = (text: string) => text.startsWith('failback: ')

export const failbackNeedsAStableMaster: Invariant = {
  name: 'stable',
  follow: () => {
    const counts = new VerdictCount()
    return (fact, { settings, now }) => {
      counts.hear(fact, settings, now)
      if (fact.is !== 'line' || !isFailback(fact.text) || !settings) return null
      if (counts.upSince === null) return 'the master is not up'
      const upMs = now - counts.upSince
      return upMs >= settings.failback.stableForMs - 1 ? null : `the master has been up for ${upMs} ms only`
    }
  },
}

export const failbackNeedsItsWindow: Invariant = {
  name: 'window',
  follow: () => {
    let steppedAt = Number.NEGATIVE_INFINITY
    let allowed = false
    return (fact, { settings, now, world }) => {
      if (fact.is === 'stepped') steppedAt = now
      if (fact.is === 'ordered' && fact.request.command === 'resume') allowed = true
      if (fact.is !== 'line' || !settings) return null
      if (fact.text.startsWith('failover: ')) allowed = false
      if (!isFailback(fact.text)) return null
      const { policy, window, windowLengthMs } = settings.failback
      if (policy === 'manual') return allowed ? null : 'nobody allowed it'
      // A clock that was set by much is noticed within a second; by less, a window may stay open for as much longer.
      if (policy === 'auto' || now - steppedAt < 2000) return null
      return isOpen(Number(window.split(' ')[1]), windowLengthMs, world.wall())
        ? null
        : 'the window is closed'
    }
  },
}

/** Whether a window that opens at this full hour, local time, is open. A day may have 23 or 25 hours. */
function isOpen(hour: number, lengthMs: number, wall: number): boolean {
  return [0, 1].some(daysAgo => {
    const opens = new Date(wall)
    opens.setDate(opens.getDate() - daysAgo)
    opens.setHours(hour, 0, 0, 0)
    const slackMs = 1000
    const since = wall - opens.getTime()
    return since >= -slackMs && since < lengthMs + 3_600_000 * Number(changesZone(opens, wall)) + slackMs
  })
}

function changesZone(from: Date, to: number): boolean {
  return from.getTimezoneOffset() !== new Date(to).getTimezoneOffset()
}

export const failbackAsks: Invariant = {
  name: 'asks',
  follow: () => {
    const yes = { ready: false, before_master: false }
    let askedAt: number | null = null
    return (fact, { settings, now }) => {
      if (fact.is === 'born' || (fact.is === 'line' && /^(failover|failback|forced): /.test(fact.text))) {
        const fault =
          fact.is === 'line' && isFailback(fact.text) ? missing(yes, askedAt, now, settings) : null
        yes.ready = false
        yes.before_master = false
        askedAt = null
        return fault
      }
      // It has ended two daemons: it is not run now, and the deadline counts.
      if (fact.is === 'line' && /^(held: .*: |)(waits for )?ready_command/.test(fact.text)) askedAt ??= now
      if (fact.is !== 'hook' || (fact.name !== 'ready' && fact.name !== 'before_master')) return null
      if (fact.ended !== null) yes[fact.name] = fact.ended === 'yes'
      if (fact.name === 'ready') askedAt ??= now
      return null
    }
  },
}

function missing(
  yes: { ready: boolean; before_master: boolean },
  askedAt: number | null,
  now: number,
  settings: View['settings'],
): string | null {
  if (!settings) return null
  const { readyCommand, readyDeadlineMs } = settings.failback
  const overdue = readyDeadlineMs > 0 && askedAt !== null && now - askedAt >= readyDeadlineMs
  if (readyCommand !== null && !yes.ready && !overdue) return 'ready_command has not said yes'
  if (settings.hooks.before_master !== null && !yes.before_master) return 'before_master has not said yes'
  return null
}

export const failbackStopsFlapping: Invariant = {
  name: 'flapping',
  follow: () => {
    let failovers: number[] = []
    let held = false
    const forget = () => {
      failovers = []
      held = false
    }
    return (fact, { settings, now, world }) => {
      if (fact.is === 'born' && !stored(world)?.flapping) held = false
      // One that was said and not saved, because its daemon was killed before, is decided anew.
      if (fact.is === 'born') failovers = latest(failovers, stored(world)?.failovers.length ?? 0)
      if (fact.is === 'born' && stored(world) === null) forget()
      if (fact.is === 'stepped' || fact.is === 'forgot') failovers = []
      if (fact.is === 'ordered' && fact.request.command === 'resume') forget()
      if (fact.is !== 'line' || !settings) return null
      const { flapLimit, flapWindowMs } = settings.failback
      if (fact.text.startsWith('failover: ')) failovers.push(now)
      const recent = failovers.filter(at => now - at < flapWindowMs).length
      if (fact.text.startsWith('failover: ') && flapLimit > 0 && recent >= flapLimit) held = true
      return isFailback(fact.text) && held ? `${recent} failovers, and back again` : null
    }
  },
}

function latest<T>(list: readonly T[], count: number): T[] {
  return list.slice(Math.max(0, list.length - count))
}
