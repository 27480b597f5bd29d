import { allFour, berofosAt, type Port } from './berofos.ts'
import type { Box, Picture } from './picture.ts'

const [upper, lower] = [berofosAt(20, 80, 'fos1', 68), berofosAt(20, 410, 'fos2', 510)]
const [top, bottom] = [240, 326]

/** Two bero*fos, eight lines: each server takes four of each device. */
export function severalBerofos(): Picture {
  const boxAt = (port: Port, title: string, lines: string[], kind: Box['kind']): Box => {
    const middle = upper.middle(port, allFour)
    return { x: middle - 80, y: top, width: 160, height: bottom - top, title, lines, kind }
  }
  const all = (port: Port, kind: 'live' | 'idle') => [
    ...upper.wires(port, allFour, top, kind),
    ...lower.wires(port, allFour, bottom, kind),
  ]
  const slaveRight = upper.middle('D', allFour) + 80
  const toDevice = ({ right }: typeof upper, fromY: number) => ({
    kind: 'network' as const,
    points: [[slaveRight, fromY], [840, fromY], [840, right[1]], right] as const,
  })
  return {
    title: 'Several bero*fos: four lines each, all switched together',
    width: 870,
    height: 595,
    boxes: [
      upper.box,
      lower.box,
      boxAt('A', 'provider', ['1 to 4: on fos1', '5 to 8: on fos2'], 'outside'),
      boxAt('B', 'master', ['telephony'], 'server'),
      boxAt('D', 'slave', ['telephony', 'berofosd'], 'server'),
    ],
    sockets: [...upper.sockets, ...lower.sockets],
    wires: [
      ...all('A', 'live'),
      ...all('B', 'live'),
      ...all('D', 'idle'),
      toDevice(upper, 270),
      toDevice(lower, 300),
    ],
    labels: [
      ...upper.labels,
      ...lower.labels,
      {
        at: [20, 28],
        words: 'all in mode 1 or all in mode 0; fos3 and further ones are cabled the same way',
        kind: 'small',
      },
    ],
    legendAt: [20, 520],
  }
}
