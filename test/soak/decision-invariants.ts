import type { Role } from '../../src/core/role.ts'
import { worstCaseDetectionMs } from '../../src/core/worst-case.ts'
import { type Finding, type Invariant, violation } from './finding.ts'
import type { Happening } from './record.ts'
import { type CheckFacts, isIn, judged, of, type Scene, type Span } from './scene.ts'
import { decidedRole, overrides, pauses, runningMs, said, stalls, starved } from './views.ts'

/** What a timer of the daemon, a poll of the master's counters and rsyslogd together may be off. */
const slackMs = 60

export const decisionInvariants: readonly Invariant[] = [
  {
    name: 'evidence',
    when: 'always',
    findings: scene => decisions(scene, 'failover').flatMap(line => tooFewFailures(scene, line)),
  },
  {
    name: 'stable',
    when: 'always',
    findings: scene => decisions(scene, 'failback').flatMap(line => tooEarly(scene, line)),
  },
  {
    name: 'forced',
    when: 'always',
    findings: forcedUnasked,
  },
]

export function decidedAgainstOverride(scene: Scene): Finding[] {
  const spans = overrides(scene).map(span => ({ ...span, name: `while pinned to the ${span.role}` }))
  return decisionsIn(scene, spans, ({ text }, { role }) => decidedRole(text)?.role !== role)
}

export function decidedWhilePaused(scene: Scene): Finding[] {
  const spans = pauses(scene).map(span => ({ ...span, name: 'while paused' }))
  return decisionsIn(scene, spans, () => true)
}

type Line = Happening<'line'>

function decisions(scene: Scene, what?: string): Line[] {
  return judged(scene, 'line').filter(({ text }) => {
    const decided = decidedRole(text)
    return decided !== null && (what === undefined || decided.what === what)
  })
}

interface NamedSpan extends Span {
  readonly name: string
  readonly role: Role | null
}

function decisionsIn(
  scene: Scene,
  spans: readonly NamedSpan[],
  counts: (line: Line, span: NamedSpan) => boolean,
): Finding[] {
  return decisions(scene).flatMap(line => {
    const written = said(scene, line)
    const span = spans.find(s => written.from > s.from && written.to < s.to && counts(line, s))
    return span ? [violation(line.at, `decided ${span.name}: ${line.text}`)] : []
  })
}

/** At least one check that the line names must have had the time, and met the silence, for `fall` failures. */
function tooFewFailures(scene: Scene, line: Line): Finding[] {
  const { from, to } = said(scene, line)
  const named = Object.entries(scene.facts.checks).flatMap(([name, check]) =>
    line.text.includes(`check ${name} is down`)
      ? [{ name, fall: check.fall, most: mostFailures(scene, check, line, { from, to }) }]
      : [],
  )
  if (named.some(({ most, fall }) => most >= fall)) return []
  const seen = named.map(({ name, most, fall }) => `${name} at most ${most} of ${fall}`).join(', ')
  const excuse = starved(scene, { from: to - 3000, to }) ? 'the machine was too busy to tell' : null
  const text = `failed over on too few failures (${seen || 'no check named'}): ${line.text}`
  return [violation(line.at, text, excuse)]
}

/** From the verdict over the question to relays to the decision; the next answer may come meanwhile. */
const surveyMs = 200
/** A dying service resets its connections: an answer that the daemon has not read by then is lost on the way. */
const readMs = 100

/**
 * How many probes in a row can have failed by the verdict: no more than had time or were ignored. A line that waited
 * for rsyslogd was decided on at any moment of its span.
 */
function mostFailures(scene: Scene, check: CheckFacts, line: Line, { from, to }: Span): number {
  const justBefore = answersOf(scene, check.type)
    .filter(answeredAt => answeredAt > from - surveyMs && answeredAt <= to)
    .map(answeredAt => answeredAt - 1)
  return Math.max(...[to, ...justBefore].map(moment => mostFailuresBy(scene, check, line, moment)))
}

function mostFailuresBy(
  scene: Scene,
  { type: service, intervalMs }: CheckFacts,
  line: Line,
  at: number,
): number {
  const answeredAt =
    answersOf(scene, service).findLast(answered => answered <= at) ?? Number.NEGATIVE_INFINITY
  const startedAt = of(scene, 'started').find(h => h.pid === line.pid)?.at ?? Number.NEGATIVE_INFINITY
  const since = Math.max(answeredAt, startedAt)
  const interrupted = stalls(scene).filter(span => span.to > since && span.from < at).length
  // A start asks at once, and after a stall the next one comes early.
  const extra = (startedAt > answeredAt ? 1 : 0) + interrupted
  const hadTime = Math.floor((at - since + slackMs) / intervalMs) + extra
  if (couldRefuse(scene, service, { from: since, to: at })) return hadTime
  const ignored = of(scene, 'probe').filter(
    p => p.service === service && !p.answered && p.at > since && p.at <= at,
  )
  return Math.min(hadTime, ignored.length)
}

/** When the master gave an answer that was not reset right behind it. */
function answersOf(scene: Scene, service: CheckFacts['type']): number[] {
  const deaths = of(scene, 'condition').filter(c => c.service === service && c.condition === 'dead')
  return of(scene, 'probe')
    .filter(p => p.service === service && p.answered)
    .map(({ at }) => at)
    .filter(at => !deaths.some(death => death.at >= at && death.at < at + readMs))
}

/** A refused connection is the kernel's answer: the master does not see it. */
function couldRefuse(scene: Scene, service: CheckFacts['type'], span: Span): boolean {
  const conditions = of(scene, 'condition').filter(c => c.service === service)
  const before = conditions.findLast(({ at }) => at <= span.from)
  const within = conditions.filter(({ at }) => isIn(span, at))
  return !before || [before, ...within].some(({ condition }) => condition === 'dead')
}

function tooEarly(scene: Scene, line: Line): Finding[] {
  const { to } = said(scene, line)
  const late = [...outages(scene, to), ...begins(scene, to)].filter(
    ({ at }) => to - at < scene.facts.stableForMs - slackMs,
  )
  const excuse = starved(scene, { from: to - 3000, to }) ? 'the machine was too busy to tell' : null
  return late
    .slice(0, 1)
    .map(({ at, why }) =>
      violation(line.at, `failed back ${Math.round(to - at)} ms after ${why}: ${line.text}`, excuse),
    )
}

interface Reason {
  readonly at: number
  readonly why: string
}

/** The first answers after silences so long that the daemon, running all the while, must have found the master down. */
function outages(scene: Scene, until: number): Reason[] {
  return Object.entries(scene.facts.checks).flatMap(([name, check]) => {
    const answers = of(scene, 'probe').filter(p => p.service === check.type && p.answered && p.at <= until)
    const certainMs = worstCaseDetectionMs(check) + 5 * slackMs
    return answers.flatMap(({ at }, i) => {
      const gap = { from: answers[i - 1]?.at ?? at, to: at }
      const restarted = of(scene, 'started').some(h => isIn(gap, h.at))
      const seen = !restarted && runningMs(scene, gap) >= certainMs
      return seen ? [{ at, why: `check ${name} met the first answer of the master` }] : []
    })
  })
}

/** A daemon that was not there, or stood still for long, has not watched the master. */
function begins(scene: Scene, until: number): Reason[] {
  const long = Math.max(...Object.values(scene.facts.checks).map(c => c.intervalMs + c.timeoutMs)) + 1200
  const starts = of(scene, 'started').map(({ at }) => ({ at, why: 'the daemon was started' }))
  const stood = stalls(scene)
    .filter(({ from, to }) => to - from > long)
    .map(({ to }) => ({ at: to, why: 'the daemon stood still' }))
  return [...starts, ...stood].filter(({ at }) => at <= until)
}

function forcedUnasked(scene: Scene): Finding[] {
  return decisions(scene, 'forced').flatMap(line => {
    const { to } = said(scene, line)
    const asked = of(scene, 'order').findLast(h => h.order === 'force' && h.role !== 'auto' && h.at <= to)
    if (!asked || asked.role === decidedRole(line.text)?.role) return []
    return [violation(line.at, `forced, but the operator asked for ${asked.role ?? 'nothing'}: ${line.text}`)]
  })
}
