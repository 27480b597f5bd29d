import type { Mode } from '../../src/core/role.ts'
import { type Finding, type Invariant, violation } from './finding.ts'
import { judged, type Scene } from './scene.ts'
import { type Change, type Told, unmovedExcuse, untoldExcuse } from './told-excuses.ts'
import { said } from './views.ts'

export const toldInvariant: Invariant = {
  name: 'told once',
  sentence: 'each real change that the daemon made has one `switched` line, and no line is without one',
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
  const excuses = new Map(changes.map(change => [change, untoldExcuse(scene, change)]))
  const told = match(changes, lines, change => excuses.get(change) === null)
  const untold = changes
    .filter(change => !told.changes.has(change))
    .map(change =>
      violation(
        change.at,
        `${relay} moved to mode=${change.mode} by HTTP, no line tells it`,
        excuses.get(change) ?? null,
      ),
    )
  const unmoved = lines
    .filter(line => !told.lines.has(line))
    .map(line =>
      violation(line.line.at, `no change of its own behind: ${line.line.text}`, unmovedExcuse(scene, line)),
    )
  return [...untold, ...unmoved]
}

/** The last line tells the last change before it, and so on back; changes that need a line come first. */
function match(changes: readonly Change[], lines: readonly Told[], needsLine: (change: Change) => boolean) {
  const toldChanges = new Set<Change>()
  const toldLines = new Set<Told>()
  for (const counts of [needsLine, (change: Change) => !needsLine(change)])
    for (const line of [...lines].reverse()) {
      if (toldLines.has(line)) continue
      const change = changes.findLast(
        c => counts(c) && !toldChanges.has(c) && c.mode === line.mode && c.at <= line.latest,
      )
      if (!change) continue
      toldChanges.add(change)
      toldLines.add(line)
    }
  return { changes: toldChanges, lines: toldLines }
}
