import type { Output } from '../output.ts'
import { tableLines } from '../table.ts'
import { markOf } from '../tones.ts'
import type { Scene } from './scene.ts'
import { because } from './settings.ts'
import { expectedMoves } from './story.ts'

/** A moment of the story. Mono; null: it never came. */
type Mark = (scene: Scene) => number | null

interface Measure {
  readonly title: string
  readonly from: Mark
  readonly to: Mark
  readonly because: string
}

const measures: readonly Measure[] = [
  {
    title: 'master dead > failover decided',
    from: acted('dies'),
    to: first('dies', 'failover: '),
    because: because.detection,
  },
  {
    title: '  > first relay read back',
    from: first('dies', 'failover: '),
    to: first('dies', 'switched '),
    because: because.drive,
  },
  {
    title: '  > last reachable relay read back',
    from: first('dies', 'failover: '),
    to: last('dies', 'switched '),
    because: because.parallel,
  },
  {
    title: 'hanging fos3 awake > read back',
    from: acted('wakes'),
    to: first('wakes', 'switched fos3 '),
    because: because.retry,
  },
  {
    title: 'master back > failback decided',
    from: acted('returns'),
    to: first('returns', 'failback: '),
    because: because.failback,
  },
  {
    title: '  > last relay read back',
    from: first('returns', 'failback: '),
    to: last('returns', 'switched '),
    because: because.drive,
  },
  {
    title: 'force decided > last relay read back',
    from: first('force', 'forced: '),
    to: last('force', 'switched '),
    because: because.drive,
  },
  {
    title: 'the whole command --force slave',
    from: acted('force'),
    to: ({ commands }) => commands.get('force')?.end?.atMono ?? null,
    because: because.command,
  },
]

/** The tables at the end. `ok`: every time could be measured, and each relay moved as often as it should have. */
export function results(scene: Scene, output: Output): { readonly ok: boolean; readonly lines: string[] } {
  const times = measures.map(row => ({ row, ms: between(row.from(scene), row.to(scene)) }))
  const moves = scene.moves()
  return {
    ok: times.every(({ ms }) => ms !== null) && moves.every(count => count === expectedMoves),
    lines: [
      output.paint('quiet', `   ${'MEASURED'.padEnd(titleWidth)}${'TIME'.padStart(timeWidth)}  BECAUSE`),
      ...times.map(({ row, ms }) => measureLine(row, ms, output)),
      '',
      ...moveLines(scene, output),
    ],
  }
}

function moveLines({ site }: Scene, output: Output): string[] {
  const rows = site.relays.map(({ name, device }) => {
    const { length } = device.changes
    const path = ['B', ...device.changes.map(({ mode }) => (mode === 1 ? 'B' : 'D'))].join(' > ')
    const tone = length === expectedMoves ? ('good' as const) : ('bad' as const)
    return { tone, cells: [name, `${length}`, `${expectedMoves}`, `A to ${path}`] }
  })
  return tableLines(output, ['RELAY', 'MOVED', 'EXPECTED', 'ITS OWN RECORD'], rows)
}

/** Wider than a table's columns, and the time to the right. */
const titleWidth = 38
const timeWidth = 9

function measureLine({ title, because }: Measure, ms: number | null, output: Output): string {
  const tone = ms === null ? 'bad' : 'good'
  const time = (ms === null ? 'not seen' : `${Math.round(ms)} ms`).padStart(timeWidth)
  const mark = output.paint(tone, markOf(tone, output.colour).padEnd(2))
  return `${mark} ${title.padEnd(titleWidth)}${output.paint('strong', time)}  ${output.paint('quiet', because)}`
}

function between(from: number | null, to: number | null): number | null {
  return from === null || to === null || to < from ? null : to - from
}

function acted(step: string): Mark {
  return ({ actedAt }) => actedAt.get(step) ?? null
}

function first(step: string, text: string): Mark {
  return ({ lines }) => lines.find(line => line.step === step && line.text.startsWith(text))?.atMono ?? null
}

function last(step: string, text: string): Mark {
  return ({ lines }) =>
    lines.findLast(line => line.step === step && line.text.startsWith(text))?.atMono ?? null
}
