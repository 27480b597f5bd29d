import { type Finding, type Invariant, violation } from './finding.ts'
import type { Happening } from './record.ts'
import { judged, meets, of, type Scene } from './scene.ts'
import { diskTroubles, type OrderedSpan, overrides, pauses, runningMs, savedMs } from './views.ts'

/** A start takes a third of a second on an idle machine. */
const startMs = 20_000
/** Age at which a process has read all its code and met all its work. */
const warmMs = 5000
const mostGrowth = 1.5
/** Connections, hooks and probes that happen to be open. */
const mostMoreFds = 24

export const daemonInvariants: readonly Invariant[] = [
  {
    name: 'alive',
    when: 'always',
    findings: scene => [...endedByItself(scene), ...neverReady(scene)],
  },
  {
    name: 'sound',
    when: 'always',
    findings: scene =>
      judged(scene, 'line')
        .filter(({ text }) => text.startsWith('internal error'))
        .map(({ at, text }) => violation(at, text)),
  },
  {
    name: 'answered',
    when: 'always',
    findings: scene => judged(scene, 'broken').map(({ at, text }) => violation(at, text)),
  },
  {
    name: 'as-ordered',
    when: 'always',
    findings: scene => [
      ...forgotten(scene, pauses(scene), 'the pause'),
      ...forgotten(scene, overrides(scene), 'the override'),
    ],
  },
  {
    name: 'calm',
    when: 'always',
    findings: scene =>
      judged(scene, 'calm').flatMap(({ at, unsettled, tookMs }) =>
        unsettled.map(text => violation(at, `not settled ${Math.round(tookMs)} ms after the calm: ${text}`)),
      ),
  },
  {
    name: 'bounded',
    when: 'always',
    findings: grown,
  },
]

function endedByItself(scene: Scene): Finding[] {
  return judged(scene, 'ended')
    .filter(({ asked }) => !asked)
    .map(({ at, pid, how }) => violation(at, `daemon ${pid} ended by itself: ${how}`))
}

function neverReady(scene: Scene): Finding[] {
  return judged(scene, 'started').flatMap(({ at, pid }) => {
    const later = of(scene, 'ready', 'ended').some(h => h.pid === pid)
    return later || scene.now - at < startMs ? [] : [violation(at, `daemon ${pid} does not answer`)]
  })
}

/** An order that ends with a kill, long after it was answered, was not saved. */
function forgotten(scene: Scene, spans: readonly OrderedSpan[], what: string): Finding[] {
  return of(scene, 'ended').flatMap(({ at }) => {
    const lost = spans.filter(({ from, to }) => to === at && runningMs(scene, { from, to }) > savedMs)
    const startedAt = of(scene, 'started').find(h => h.at >= at)?.at ?? scene.now
    return lost
      .filter(({ from }) => !diskTroubles(scene).some(trouble => meets(trouble, { from, to: startedAt })))
      .filter(() => at >= scene.since)
      .map(() => violation(at, `${what} did not survive the kill`))
  })
}

function grown(scene: Scene): Finding[] {
  const warm = of(scene, 'memory').filter(({ ageMs }) => ageMs >= warmMs)
  const first = warm.slice(0, 3)
  const rss = Math.max(...first.map(({ rssKib }) => rssKib))
  const fds = Math.max(...first.map(h => h.fds))
  const beyond = (h: Happening<'memory'>) => h.rssKib > mostGrowth * rss || h.fds > fds + mostMoreFds
  return warm
    .slice(3)
    .filter(h => h.at >= scene.since && beyond(h))
    .map(h => violation(h.at, `${h.rssKib} KiB and ${h.fds} descriptors, at first ${rss} KiB and ${fds}`))
}
