import { berofosAt } from './berofos.ts'
import type { Box, Picture } from './picture.ts'

const fos = berofosAt(20, 150, 'bero*fos', 136)
const two = [1, 2]

function boxAt(middle: number, y: number, width: number, box: Pick<Box, 'title' | 'lines' | 'kind'>): Box {
  return { x: middle - width / 2, y, width, height: 34 + (box.lines?.length ?? 0) * 22, ...box }
}

/** One server between the provider and a PBX. Two lines on two of the four sockets of each group. */
export function serverBeforePbx(): Picture {
  const at = (port: 'A' | 'B' | 'C' | 'D') => fos.middle(port, two)
  const server = (at('B') + at('C')) / 2
  return {
    title: 'One server in front of a PBX: the provider on A, the server on B and C, the PBX on D',
    width: 870,
    height: 460,
    boxes: [
      fos.box,
      boxAt(at('A'), 14, 130, { title: 'provider', lines: ['2 ISDN lines'], kind: 'outside' }),
      boxAt(server, 330, 300, { title: 'server', lines: ['telephony, berofosd'], kind: 'server' }),
      boxAt(at('D'), 330, 110, { title: 'PBX', lines: ['phones'], kind: 'outside' }),
    ],
    sockets: fos.sockets,
    wires: [
      ...fos.wires('A', two, 70, 'live'),
      ...fos.wires('B', two, 330, 'live'),
      ...fos.wires('C', two, 330, 'live'),
      ...fos.wires('D', two, 330, 'live'),
    ],
    labels: [
      ...fos.labels,
      { at: [200, 34], words: 'mode 1: A to B and C to D, the server stands between', kind: 'small' },
      { at: [200, 60], words: 'mode 0, or no power: A to D, past the server', kind: 'small' },
      { at: [at('B') - 40, 290], words: 'CPE', kind: 'small', anchor: 'end' },
      { at: [at('C') + 40, 290], words: 'NET', kind: 'small' },
    ],
    legendAt: [20, 385],
  }
}
