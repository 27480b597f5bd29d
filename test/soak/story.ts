import type { Happening, HappeningKind, Happenings } from './record.ts'

/** How a happening reads; null: it is left out. */
const tellers: { readonly [K in HappeningKind]: (h: Happenings[K]) => string | null } = {
  request: h =>
    h.what === 'read' || h.what === 'other' ? null : `${h.relay}: is told ${h.what} (${how(h)})`,
  change: h => `${h.relay}: MOVED to mode=${h.mode} by ${h.by}`,
  fault: h => `${h.relay}: ${h.fault === 'none' ? 'sound again' : h.fault}`,
  probe: h => `master ${h.service}: ${h.answered ? 'answers' : 'IGNORES'} a probe`,
  condition: h => `master ${h.service}: ${h.condition}`,
  line: h => `log[${h.pid}] ${h.severity}: ${h.text}`,
  started: h => `daemon ${h.pid} starts, stored ${h.stored ? storedText(h.stored) : 'nothing'}`,
  ready: h => `daemon ${h.pid} answers`,
  ended: h => `daemon ${h.pid} ${h.asked ? 'gets' : 'ENDS BY ITSELF:'} ${h.how}`,
  stalled: h => `daemon ${h.pid} is stopped`,
  continued: h => `daemon ${h.pid} goes on`,
  order: h =>
    `operator: ${[h.order, h.role, h.forMs && `for ${h.forMs} ms`].filter(Boolean).join(' ')}${h.answeredAt === null ? '' : `: ${h.ok ? 'done' : 'refused'}`}`,
  status: () => null,
  collector: h => `rsyslogd ${h.up ? 'is back' : 'is away'}`,
  disk: h => `disk: ${h.what}`,
  secondary: h => `secondary file ${h.present ? 'is back' : 'is gone'}`,
  bnfos: h => `bnfos.conf ${h.present ? 'is back' : 'is gone'}`,
  memory: () => null,
  starved: h => (h.ms > 300 ? `(${h.who} did not run for ${Math.round(h.ms)} ms)` : null),
  calm: h => `at rest after ${Math.round(h.tookMs)} ms${h.unsettled.length > 0 ? ', but not all is' : ''}`,
  deed: h => `* ${h.text}`,
  broken: h => `!! ${h.text}`,
}

/** Before and after what is told about, milliseconds. */
const beforeMs = 60_000
const afterMs = 2000
/** Probes are told of only so far back. */
const probesMs = 4000

/** What happened around a moment, a line each, with seconds from it. */
export function storyOf(happenings: readonly Happening[], at: number): string[] {
  return happenings
    .filter(h => h.at >= at - beforeMs && h.at <= at + afterMs)
    .filter(h => h.kind !== 'probe' || h.at > at - probesMs)
    .flatMap(h => {
      const text = tell(h)
      return text === null ? [] : [`${((h.at - at) / 1000).toFixed(3).padStart(8)}  ${text}`]
    })
}

function tell<K extends HappeningKind>(happening: Happening<K>): string | null {
  const teller = tellers[happening.kind] as (h: never) => string | null
  return teller(happening as never)
}

function how({ status, fault }: Happenings['request']): string {
  return fault === 'none' ? String(status) : fault
}

function storedText({ role, pause, override, move }: NonNullable<Happenings['started']['stored']>): string {
  const parts = [
    role,
    pause && 'paused',
    override && `pinned to the ${override.role}`,
    move && `${move.event}: ${move.stage}`,
  ]
  return parts.filter(Boolean).join(', ')
}
