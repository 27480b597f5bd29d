import type { Mode } from '../../src/core/role.ts'
import { align } from './align.ts'
import { type Finding, type Invariant, violation } from './finding.ts'
import { judged, type Scene } from './scene.ts'
import { type Told, unmovedExcuse, untoldExcuse } from './told-excuses.ts'
import { said } from './views.ts'

export const toldInvariant: Invariant = {
  name: 'lines',
  when: 'calm',
  findings(scene) {
    const relays = new Set(
      judged(scene, 'change', 'line').map(h => (h.kind === 'change' ? h.relay : relayOf(h.text))),
    )
    return [...relays].flatMap(relay => (relay === null ? [] : ofRelay(scene, relay)))
  },
}

const switched = /^switched (\S+) to mode=([01])/

function relayOf(text: string): string | null {
  return switched.exec(text)?.[1] ?? null
}

function ofRelay(scene: Scene, relay: string): Finding[] {
  const changes = judged(scene, 'change').filter(h => h.relay === relay && h.by === 'http')
  const lines = judged(scene, 'line').flatMap((line): Told[] => {
    const [, name, mode] = switched.exec(line.text) ?? []
    if (name !== relay) return []
    return [{ relay, mode: Number(mode) as Mode, line, latest: said(scene, line).to + 20 }]
  })
  const untold = new Map(changes.map(change => [change, untoldExcuse(scene, change)]))
  const unmoved = new Map(lines.map(told => [told, unmovedExcuse(scene, told)]))
  const { leftA, leftB } = align(changes, lines, {
    skipA: change => costOf(untold.get(change)),
    skipB: told => costOf(unmoved.get(told)),
    fit: (change, told) => change.mode === told.mode && change.at <= told.latest,
  })
  return [
    ...leftA.map(change =>
      violation(
        change.at,
        `${relay} moved to mode=${change.mode} by HTTP, no line tells it`,
        untold.get(change) ?? null,
      ),
    ),
    ...leftB.map(told =>
      violation(told.line.at, `no change of its own behind: ${told.line.text}`, unmoved.get(told) ?? null),
    ),
  ]
}

/** Whoever has an excuse is left without a partner rather than somebody who has none. */
function costOf(excuse: string | null | undefined): number {
  return excuse ? 1 : 1000
}
