import type { Decision } from './decide.ts'
import type { Effect } from './effects.ts'
import type { Event, EventKind } from './events.ts'
import type { State } from './state.ts'

/**
 * One line of the debug log for one decision, to be read with docs/state-machine.md at hand:
 * `decided: isolationChecked fos1; rules: failover; phase: suspect -> steady; role: master -> slave; effects: log record save enforce:slave`.
 */
export function traceText(before: State, event: Event, { state, rules, effects }: Decision): string {
  const phase = before.phase === state.phase ? state.phase : `${before.phase} -> ${state.phase}`
  return [
    `decided: ${eventText(event)}`,
    `rules: ${rules.join(' ') || '-'}`,
    `phase: ${phase}`,
    ...(before.role === state.role ? [] : [`role: ${before.role} -> ${state.role}`]),
    `effects: ${effects.map(effectText).join(' ') || '-'}`,
  ].join('; ')
}

type Detail<K extends EventKind> = (event: Extract<Event, { readonly kind: K }>) => string

/** What an event brought; never what a foreign program said. */
const details: { readonly [K in EventKind]?: Detail<K> } = {
  probed: ({ check, result }) => `${check} ${result.outcome}`,
  isolationChecked: ({ answering }) => answering ?? 'nobody',
  roleDiscovered: ({ role }) => role ?? 'none',
  relaysTried: ({ all }) => (all ? 'all' : 'open'),
  hookEnded: ({ hook, ok }) => `${hook} ${ok ? 'ok' : 'failed'}`,
  readyAnswered: ({ ready }) => (ready ? 'yes' : 'no'),
  tripped: ({ relay, unheard = false }) => (unheard ? `${relay} unheard` : relay),
  answersUdp: ({ relay }) => relay,
  forced: ({ role }) => role,
  windowChecked: ({ forMs }) => (forMs > 0 ? 'open' : 'closed'),
}

function eventText(event: Event): string {
  const detail = details[event.kind] as Detail<EventKind> | undefined
  return detail ? `${event.kind} ${detail(event)}` : event.kind
}

function effectText(effect: Effect): string {
  if (effect.kind === 'enforce') return `enforce:${effect.role}`
  return effect.kind === 'runHook' ? `runHook:${effect.hook}` : effect.kind
}
