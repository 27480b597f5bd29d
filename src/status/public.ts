import type { Facts } from '../core/findings/facts.ts'
import type { CheckState } from '../core/rise-fall.ts'
import { isByCommand } from '../core/settings.ts'
import type { State } from '../core/state.ts'

/**
 * What every local user may know: the same as operators without what foreign programs said, which may hold secrets (hooks,
 * ready_command, checks by a command), and without what stands behind the host in a URL.
 */
export function publicFacts(facts: Facts): Facts {
  const { settings, state, node } = facts
  const quiet = new Set(settings.checks.filter(isByCommand).map(({ name }) => name))
  const checks = Object.entries(state.checks).map(([name, check]) => [
    name,
    quiet.has(name) ? withoutDetail(check) : check,
  ])
  return {
    ...facts,
    state: {
      ...state,
      checks: Object.fromEntries(checks),
      readiness: publicReadiness(state.readiness),
      failedHooks: publicHooks(state.failedHooks),
    },
    node: {
      ...node,
      ...hidden('alert-undelivered', node['alert-undelivered']),
    },
  }
}

function withoutDetail(check: CheckState): CheckState {
  const { last } = check
  return {
    ...check,
    failure: 'failed',
    last: last && { ...last, result: { ...last.result, detail: last.result.outcome } },
  }
}

function publicReadiness(readiness: State['readiness']): State['readiness'] {
  const said = readiness.is === 'no' || readiness.is === 'asking'
  return said && readiness.detail !== '' ? { ...readiness, detail: 'no' } : readiness
}

function publicHooks(hooks: State['failedHooks']): State['failedHooks'] {
  const told = Object.entries(hooks).map(([name, failed]) => [
    name,
    failed && { ...failed, detail: notShown },
  ])
  return Object.fromEntries(told)
}

const notShown = 'the reason is not shown here'

function hidden(code: string, reported: Readonly<Record<string, string>> = {}) {
  return { [code]: Object.fromEntries(Object.keys(reported).map(subject => [subject, notShown])) }
}

/** The reason of an entry of the history: what decided it, without what a program said last. */
export function publicReason(what: string, reason: string): string {
  if (what === 'called-off') return notShown
  if (what !== 'failover') return reason
  const last = reason.indexOf(', last: ')
  return last < 0 ? reason : reason.slice(0, last)
}

/** The same value with every URL in its texts cut behind its host. */
export function withoutUrls<T>(value: T): T {
  if (typeof value === 'string') return cutUrls(value) as T
  if (Array.isArray(value)) return value.map(withoutUrls) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withoutUrls(part)])) as T
}

/** RFC 3986: the authority ends at /, ? or #; what stands before @ in it is a login. */
function cutUrls(text: string): string {
  return text.replace(/\b([a-z][a-z0-9+.-]*:\/\/)(?:[^\s/?#@]*@)?([^\s/?#,;"'()<>]*)[^\s,;"'()<>]*/gi, '$1$2')
}
