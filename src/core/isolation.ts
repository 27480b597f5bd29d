// Whether this node is cut off, and not the master dead: relays and witnesses are asked before lines move.

import { type Draft, emit, log, set } from './draft.ts'
import type { EventPayloads } from './events.ts'
import { checkState, isFailing } from './rise-fall.ts'
import type { ProbeResult } from './role.ts'
import type { CheckSettings } from './settings.ts'
import type { Situation } from './situation.ts'
import type { Isolation, State } from './state.ts'
import { probeMs } from './worst-case.ts'

/** Nobody answered the latest isolation check: the fault is on this side. */
export function isIsolated({ isolation }: State): boolean {
  return isolation.is === 'silent' || isolation.is === 'asked-again'
}

/** The pause after a silence is over. */
export function isCheckDue({ state: { isolation }, now }: Situation): boolean {
  return isolation.is === 'silent' && now.mono >= isolation.againAt
}

export function checkIsolation(draft: Draft, is: 'asked' | 'asked-again'): void {
  // A device that can't be reached bypasses by itself: nobody has to be asked first.
  if (draft.settings.site.kind === 'bypass') {
    set(draft, { isolation: { is: 'answered', by: '' } })
    return
  }
  const { questions, isolation } = draft.state
  const question = questions + 1
  const wasLate = isolation.is === 'none' && isolation.wasLate
  set(draft, { questions: question, isolation: { is, question, ...(wasLate && { wasLate }) } })
  emit(draft, { kind: 'checkIsolation', question })
}

/**
 * On a network that is whole somebody answers within this time, in ms: a quarter of the time that a probe takes, 40 at
 * least and 500 at most. After a longer silence the probe that decided may itself have been sent while this node was cut off.
 */
function promptMs({ settings, state }: Draft): number {
  const down = settings.checks.filter(
    ({ name, required }) => required && checkState(state.checks, name).verdict === 'down',
  )
  return Math.min(500, Math.max(40, Math.min(...down.map(probeMs)) / 4))
}

export function isolationChecked(draft: Draft, event: EventPayloads['isolationChecked']): void {
  const { question, answering, silentMs = 0 } = event
  const { isolation } = draft.state
  if (!('question' in isolation) || isolation.question !== question) return
  if (answering === null) nobodyAnswers(draft, isolation.is === 'asked')
  // Where answers always take their time, the second late one counts.
  else if (isolation.is === 'asked') answered(draft, answering, isolation.wasLate ? 0 : silentMs)
  else set(draft, { isolation: { is: 'over', why: `${answering} answers again` } })
}

function answered(draft: Draft, by: string, silentMs: number): void {
  if (silentMs <= promptMs(draft)) {
    set(draft, { isolation: { is: 'answered', by } })
    return
  }
  const after = `after ${(silentMs / 1000).toFixed(1)} s in which nobody did`
  log(
    draft,
    'notice',
    `suspect: ${by} answers ${after}: this node may have been cut off, one more failure decides`,
  )
  set(draft, { isolation: { is: 'unsure', since: draft.now.mono } })
}

function nobodyAnswers(draft: Draft, isFirst: boolean): void {
  if (isFirst)
    log(
      draft,
      'warning',
      'isolated: the master is down and no relay or witness answers: the fault is here, nothing is switched',
    )
  set(draft, { isolation: { is: 'silent', againAt: draft.now.mono + draft.settings.relays.retryMs } })
}

/** An answer of the master ends an isolation. After a late answer a probe that was begun since then decides. */
export function heardOfMaster(draft: Draft, check: CheckSettings, { outcome, ms }: ProbeResult): void {
  const { state, settings, now } = draft
  const { isolation } = state
  if (outcome === 'answered' && isIsolated(state) && !isFailing(settings.checks, state.checks))
    set(draft, { isolation: { is: 'over', why: 'the master answers again' } })
  const isDown = check.required && checkState(state.checks, check.name).verdict === 'down'
  if (outcome === 'failed' && isDown && isolation.is === 'unsure' && now.mono - ms >= isolation.since)
    set(draft, { isolation: { is: 'none', wasLate: true } })
}

/** Whom an open question was put to may be gone with a reload, and what was counted may be of this side. */
export function afterReload({ state: { isolation }, now }: Draft): Isolation {
  if (isolation.is === 'asked') return { is: 'unsure', since: now.mono }
  return isolation.is === 'asked-again' ? { is: 'silent', againAt: now.mono } : isolation
}

export function endIsolation(draft: Draft): void {
  const { isolation } = draft.state
  const why = isolation.is === 'over' ? isolation.why : ''
  log(draft, 'warning', `isolated: over, ${why}; the checks start from zero`)
  set(draft, {
    checksHaveSpoken: false,
    isolation: { is: 'none' },
    checks: {},
    verdict: 'unknown',
    upSince: null,
  })
}
