import { modeFor } from '../../src/core/role.ts'
import { decidedAgainstOverride, decidedWhilePaused } from './decision-invariants.ts'
import { type Finding, type Invariant, violation } from './finding.ts'
import type { Happening } from './record.ts'
import { isIn, judged, of, type Scene, type Span, spansOf } from './scene.ts'
import { overrides, pauses, roleSteps, said } from './views.ts'

/** A request that was on its way when the order came. */
const onItsWayMs = 200
/** A decision is written before it is acted upon, but rsyslogd may read the line a little after. */
const lineLagMs = 300
/** How often the daemon looks for the file that makes it the secondary, and time to see it. */
const secondaryLookMs = 1500

export const drivingInvariants: readonly Invariant[] = [
  {
    name: 'still',
    when: 'always',
    findings: scene => [
      ...writesIn(scene, afterGrace(pauses(scene)), 'while paused'),
      ...writesIn(scene, afterGrace(isolations(scene)), 'while isolated'),
      ...writesIn(scene, passives(scene), 'while passive'),
      ...writesIn(scene, afterGrace(unconfigured(scene)), 'while not configured'),
      ...decidedWhilePaused(scene),
    ],
  },
  {
    name: 'override',
    when: 'always',
    findings: scene => [...drivenFromOverride(scene), ...decidedAgainstOverride(scene)],
  },
  {
    name: 'role',
    when: 'always',
    findings: writesOfAnotherRole,
  },
]

type Write = Happening<'request'>

function writes(scene: Scene): Write[] {
  return judged(scene, 'request').filter(({ what }) => what === 'mode=0' || what === 'mode=1')
}

function writesIn(
  scene: Scene,
  spans: readonly Span[],
  when: string,
  counts: (write: Write) => boolean = () => true,
): Finding[] {
  return writes(scene)
    .filter(write => counts(write) && spans.some(span => isIn(span, write.at)))
    .map(write =>
      violation(write.at, `${write.relay} was told ${write.what} ${when}`, excuseOf(scene, write)),
    )
}

function drivenFromOverride(scene: Scene): Finding[] {
  return overrides(scene).flatMap(({ from, to, role }) =>
    writesIn(scene, [{ from: from + onItsWayMs, to }], `while pinned to the ${role}`, write =>
      role === null ? false : write.what !== `mode=${wantedMode(scene, write.relay, role)}`,
    ),
  )
}

function writesOfAnotherRole(scene: Scene): Finding[] {
  const steps = roleSteps(scene)
  const inForce = steps.map(({ role, from }, i) => ({
    role,
    from: from - lineLagMs,
    to: (steps[i + 1]?.to ?? Number.POSITIVE_INFINITY) + onItsWayMs,
  }))
  const fits = (write: Write) =>
    inForce.some(
      step =>
        isIn(step, write.at) &&
        (step.role === null || write.what === `mode=${wantedMode(scene, write.relay, step.role)}`),
    )
  return writes(scene)
    .filter(write => !fits(write))
    .map(write =>
      violation(
        write.at,
        `${write.relay} was told ${write.what}, which no role in force asks for`,
        excuseOf(scene, write),
      ),
    )
}

function wantedMode({ facts }: Scene, relay: string, role: 'master' | 'slave') {
  return modeFor(role, facts.inverted.includes(relay))
}

/** Faults with which a request may lie in the device's queue long after the daemon has withdrawn it. */
const queueing = /^(slow|drip|hang|late)/

function excuseOf(scene: Scene, { relay, at }: Write): string | null {
  const faults = of(scene, 'fault').filter(fault => fault.relay === relay)
  const slow = spansOf(
    faults,
    h => h.kind === 'fault' && queueing.test(h.fault),
    h => h.kind === 'fault' && !queueing.test(h.fault),
  )
  return slow.some(({ from, to }) => at >= from && at <= to + 1000)
    ? 'the request waited in a slow device'
    : null
}

function afterGrace(spans: readonly Span[]): Span[] {
  return spans.map(({ from, to }) => ({ from: from + onItsWayMs, to }))
}

/** Ends with the next line that may end it; that one was written a little before it arrived. */
function isolations(scene: Scene): Span[] {
  const line = (pattern: RegExp) => (h: Happening) => h.kind === 'line' && pattern.test(h.text)
  const mayEnd = line(
    /^(isolated: over|check |failover|failback|forced|called off|override|paused|reload|berofosd )/,
  )
  const spans = spansOf(scene.happenings, line(/^isolated: the master is down/), h =>
    h.kind === 'ended' ? true : mayEnd(h),
  )
  return spans.map(({ from, to }) => ({ from, to: to - lineLagMs }))
}

function passives(scene: Scene): Span[] {
  const absent = spansOf(
    scene.happenings,
    h => h.kind === 'secondary' && !h.present,
    h => h.kind === 'secondary' && h.present,
  )
  return absent.map(({ from, to }) => {
    const pauses = of(scene, 'started', 'continued', 'starved').filter(
      ({ at }) => at < from + secondaryLookMs,
    )
    return { from: Math.max(from, pauses.at(-1)?.at ?? from) + secondaryLookMs, to }
  })
}

/** Since the daemon has said so, until the file is back. */
function unconfigured(scene: Scene): Span[] {
  const gone = spansOf(
    scene.happenings,
    h => h.kind === 'bnfos' && !h.present,
    h => h.kind === 'bnfos' && h.present,
  )
  const words = of(scene, 'line').filter(({ text }) => text.startsWith('berofos is not configured'))
  return gone.flatMap(span => {
    const word = words.map(line => said(scene, line)).find(({ from, to }) => from > span.from && to < span.to)
    return word ? [{ from: word.to, to: span.to }] : []
  })
}
