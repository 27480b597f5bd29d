import type { Output } from '../output.ts'
import { type TableRow, tableLines } from '../table.ts'
import { hang } from '../text-layout.ts'
import { type DeviceReport, type Item, verdictTones, worstOf } from './doctor-items.ts'
import { marked } from './status-panel.ts'

/** What was found out, all of it. */
export interface Diagnosis {
  readonly devices: readonly DeviceReport[]
  readonly node: readonly Item[]
}

/** The verdict first, then what was changed, then a table for each device and one for this node. */
export function diagnosisPanel({ devices, node }: Diagnosis, output: Output): string[] {
  const changes = devices.flatMap(device => device.changes)
  const changed = changes.flatMap(({ done, text }) => marked(done ? 'good' : 'bad', text, output))
  return [
    ...headline({ devices, node }, output),
    ...changed,
    ...devices.flatMap(({ name, address, items }) => part(`${name} ${address}`, items, output)),
    ...part('this node', node, output),
  ]
}

function headline({ devices, node }: Diagnosis, output: Output): string[] {
  const fit = devices.filter(({ items }) => worstOf(items) !== 'bad').length
  const all = [...devices.flatMap(({ items }) => items), ...node]
  const worst = worstOf(all)
  const advice = all.filter(({ verdict }) => verdict === 'advice').length
  const count = `${fit} of ${devices.length} berofos are as HA needs them`
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
