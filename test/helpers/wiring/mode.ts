import type { Box, Label, Picture, Point, Wire } from './picture.ts'

const boxes: readonly Box[] = [
  { x: 20, y: 110, width: 150, height: 62, title: 'provider', lines: ['ISDN lines'], kind: 'outside' },
  { x: 290, y: 40, width: 160, height: 150, title: 'bero*fos', lines: ['scenario 0'], kind: 'relay' },
  { x: 590, y: 80, width: 190, height: 70, title: 'master', lines: ['telephony'], kind: 'server' },
  {
    x: 590,
    y: 250,
    width: 190,
    height: 84,
    title: 'slave',
    lines: ['telephony', 'berofosd'],
    kind: 'server',
  },
]

const network: readonly Wire[] = [
  {
    points: [
      [715, 250],
      [715, 150],
    ],
    kind: 'network',
  },
  {
    points: [
      [590, 316],
      [370, 316],
      [370, 190],
    ],
    kind: 'network',
  },
]

/** Heights of the ports on the picture. */
const port = { A: 140, B: 115, D: 165 } as const

const fixedLabels: readonly Label[] = [
  { at: [704, 206], words: 'ping, SIP, HTTP, TCP', kind: 'small', anchor: 'end' },
  { at: [386, 340], words: 'HTTP: set, read back', kind: 'small' },
  { at: [302, port.A - 9], words: 'A', kind: 'port' },
  { at: [428, port.B - 8], words: 'B', kind: 'port' },
  { at: [428, port.D + 20], words: 'D', kind: 'port' },
]

/** How the ports are connected: A--B in mode 1, A--D in mode 0. */
export function wiringInMode(mode: 0 | 1): Picture {
  const note =
    mode === 1
      ? 'mode 1, A--B: the provider is on A, the master on B, the slave on D'
      : 'mode 0, A--D: also what a bero*fos without power connects'
  return {
    title: mode === 1 ? 'Mode 1: the lines are at the master' : 'Mode 0: the lines are at the slave',
    width: 800,
    height: 370,
    boxes,
    wires: [...linesIn(mode), ...network],
    labels: [...fixedLabels, { at: [20, 26], words: note, kind: 'small' }],
    legendAt: [20, 262],
  }
}

function linesIn(mode: 0 | 1): readonly Wire[] {
  const { A, B, D } = port
  const taken = mode === 1 ? B : D
  const throughRelay: readonly Point[] = [
    [170, A],
    [320, A],
    [415, taken],
    [450, taken],
  ]
  return [
    { points: throughRelay, kind: 'live' },
    {
      points: [
        [450, B],
        [590, B],
      ],
      kind: mode === 1 ? 'live' : 'idle',
    },
    {
      points: [
        [450, D],
        [510, D],
        [510, 280],
        [590, 280],
      ],
      kind: mode === 0 ? 'live' : 'idle',
    },
  ]
}
