import type { Output } from '../output.ts'
import { hang, marked, type TableRow, tableLines } from '../table.ts'
import { type DeviceReport, type Item, verdictTones, worstOf } from './doctor-items.ts'

/** What was found out, all of it. */
export interface Diagnosis {
  readonly devices: readonly DeviceReport[]
  readonly node: readonly Item[]
}

/** The verdict first, then what was changed, then what is not as this site needs it; `all`: a table for each device and this node. */
export function diagnosisPanel(diagnosis: Diagnosis, all: boolean, output: Output): string[] {
  const { devices, node } = diagnosis
  const changes = devices.flatMap(device => device.changes)
  const changed = changes.flatMap(({ done, text }) => marked(done ? 'good' : 'bad', text, output))
  const tables = all
    ? [
        ...devices.flatMap(({ name, address, items }) => part(`${name} ${address}`, items, output)),
        ...part('this node', node, output),
      ]
    : deviations(diagnosis, output)
  return [...diagnosisLine(diagnosis, output), ...changed, ...tables]
}

interface Deviation {
  readonly where: string[]
  readonly item: Item
}

/** What is not as this site needs it, the worst first; what several devices have in common is one row. */
function deviations({ devices, node }: Diagnosis, output: Output): string[] {
  const found: Deviation[] = []
  const places = [...devices, { name: 'this node', items: node }]
  for (const { name, items } of places)
    for (const each of items) {
      if (each.verdict !== 'bad' && each.verdict !== 'advice') continue
      const item = { ...each, cure: curesAny(each.cure, name) }
      const same = found.find(other => JSON.stringify(other.item) === JSON.stringify(item))
      if (same) same.where.push(name)
      else found.push({ where: [name], item })
    }
  const good = places.flatMap(({ items }) => items).filter(({ verdict }) => verdict === 'good').length
  const rest =
    good > 0
      ? [
          '',
          ...hang('   ', `${good} other settings are as this site needs them: -v shows them`, output.width),
        ]
      : []
  if (found.length === 0) return rest
  const sorted = [...found].sort((a, b) => rankOf(a) - rankOf(b))
  return ['', ...sorted.flatMap(deviation => deviationLines(deviation, output)), ...rest]
}

function rankOf({ item: { verdict } }: Deviation): number {
  return verdict === 'bad' ? 0 : 1
}

/** `fos1, fos2: dhcp 1, needed: 0`, and the cure below it. */
function deviationLines({ where, item }: Deviation, output: Output): string[] {
  const { is, needs, verdict, cure } = item
  const title = `${where.join(', ')}: ${item.item} ${is}, needed: ${needs}`
  const one = where.length === 1 ? where[0] : undefined
  return [
    ...marked(verdictTones[verdict], title, output),
    ...(cure === null ? [] : hang('   ', cureOf(cure, one), output.width)),
  ]
}

/** A cure with NAME in place of the device, so that equal ones are seen to be equal. */
function curesAny(cure: string | null, name: string): string | null {
  return cure?.replaceAll(`-f ${name}`, '-f NAME') ?? null
}

function cureOf(cure: string, name: string | undefined): string {
  return name === undefined ? cure : cure.replaceAll('-f NAME', `-f ${name}`)
}

function diagnosisLine({ devices, node }: Diagnosis, output: Output): string[] {
  const fit = devices.filter(({ items }) => worstOf(items) !== 'bad').length
  const all = [...devices.flatMap(({ items }) => items), ...node]
  const worst = worstOf(all)
  const advice = all.filter(({ verdict }) => verdict === 'advice').length
  const are =
    devices.length === 1 ? 'berofos is as this site needs it' : 'berofos are as this site needs them'
  const count = `${fit} of ${devices.length} ${are}`
  const here = worstOf(node) === 'bad' ? ', this node is not' : ''
  const better = advice > 0 ? `, ${advice} ${advice === 1 ? 'thing' : 'things'} could be better` : ''
  return marked(verdictTones[worst], `${count}${here}${better}`, output)
}

function part(title: string, items: readonly Item[], output: Output): string[] {
  if (items.length === 0) return []
  const rows = items.map(({ item, is, needs, verdict, cure }): TableRow => {
    const tone = verdictTones[verdict]
    return { tone, cells: [item, { text: is, tone }, needs, cure ?? ''] }
  })
  return [
    '',
    ...hang('   ', title, output.width).map(line => output.paint('strong', line)),
    ...tableLines(output, ['SETTING', 'IS', 'HA NEEDS', 'CURE'], rows),
  ]
}
