import { allFour, berofosAt } from './berofos.ts'
import type { Box, Picture, Wire } from './picture.ts'

const fos = berofosAt(20, 150, 'bero*fos', 136)

/** What stands over or under some sockets. */
function boxAt(middle: number, y: number, width: number, box: Pick<Box, 'title' | 'lines' | 'kind'>): Box {
  return { x: middle - width / 2, y, width, height: 34 + (box.lines?.length ?? 0) * 22, ...box }
}

const provider = (middle: number, width: number, lines: string): Box =>
  boxAt(middle, 14, width, { title: 'provider', lines: [lines], kind: 'outside' })

const network = (serverRight: number, serverY: number): Wire => ({
  kind: 'network',
  points: [[serverRight, serverY], [840, serverY], [840, fos.right[1]], fos.right],
})

/** Each of the four lines on its own socket; C stays free. */
export function twoServers(): Picture {
  const [a, b, d] = [fos.middle('A', allFour), fos.middle('B', allFour), fos.middle('D', allFour)]
  return {
    title: 'Two servers: the provider on A, the master on B, the slave on D',
    width: 870,
    height: 460,
    boxes: [
      fos.box,
      provider(a, 170, '4 ISDN lines'),
      boxAt(b, 300, 170, { title: 'master', lines: ['telephony'], kind: 'server' }),
      boxAt(d, 300, 190, { title: 'slave', lines: ['telephony', 'berofosd'], kind: 'server' }),
    ],
    sockets: fos.sockets,
    wires: [
      ...fos.wires('A', allFour, 70, 'live'),
      ...fos.wires('B', allFour, 300, 'live'),
      ...fos.wires('D', allFour, 300, 'idle'),
      network(d + 95, 340),
    ],
    labels: [
      ...fos.labels,
      { at: [240, 34], words: 'mode 1, lines at the master: A1 to B1, A2 to B2 and so on', kind: 'small' },
      {
        at: [240, 60],
        words: 'mode 0, or no power: A1 to D1, A2 to D2 and so on; C stays free',
        kind: 'small',
      },
    ],
    legendAt: [20, 385],
  }
}

/** Two lines from the provider and two to the PBX share the four sockets. */
export function twoServersAndPbx(): Picture {
  const [outer, inner] = [
    [1, 2],
    [3, 4],
  ]
  const [b, d] = [fos.middle('B', allFour), fos.middle('D', allFour)]
  const spans = (middle: number, title: string, lines: string[]) =>
    boxAt(middle, 330, 180, { title, lines, kind: 'server' })
  const cabled = (['B', 'D'] as const).flatMap(port =>
    fos.wires(port, allFour, 330, port === 'B' ? 'live' : 'idle'),
  )
  const spanLabels = (['B', 'D'] as const).flatMap(port => [
    {
      at: [fos.middle(port, [1]) - 12, 290] as const,
      words: 'CPE',
      kind: 'small' as const,
      anchor: 'end' as const,
    },
    { at: [fos.middle(port, [4]) + 12, 290] as const, words: 'NET', kind: 'small' as const },
  ])
  return {
    title: 'Two servers and a PBX: the provider on A1 and A2, the PBX on A3 and A4',
    width: 870,
    height: 460,
    boxes: [
      fos.box,
      provider(fos.middle('A', outer), 130, '2 ISDN lines'),
      boxAt(fos.middle('A', inner), 300, 84, { title: 'PBX', lines: ['phones'], kind: 'outside' }),
      spans(b, 'master', ['telephony']),
      spans(d, 'slave', ['telephony', 'berofosd']),
    ],
    sockets: fos.sockets,
    wires: [
      ...fos.wires('A', outer, 70, 'live'),
      ...fos.wires('A', inner, 300, 'live'),
      ...cabled,
      network(d + 90, 370),
    ],
    labels: [
      ...fos.labels,
      {
        at: [200, 34],
        words: 'sockets 1, 2: provider to the CPE spans of the server that has the lines',
        kind: 'small',
      },
      { at: [200, 60], words: 'sockets 3, 4: its NET spans to the PBX; mode 1 is shown', kind: 'small' },
      ...spanLabels,
    ],
    legendAt: [20, 385],
  }
}
