/** The wiring pictures of the README and the docs, drawn from what is connected. */

interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly title: string
  readonly lines?: readonly string[]
  readonly kind: 'server' | 'relay' | 'outside'
}

interface Wire {
  readonly points: readonly (readonly [x: number, y: number])[]
  /** live: the lines run here · idle: cabled, not connected now · network: Ethernet. */
  readonly kind: 'live' | 'idle' | 'network'
  readonly label?: string
  readonly labelAt?: readonly [x: number, y: number]
}

interface Picture {
  readonly title: string
  readonly boxes: readonly Box[]
  readonly wires: readonly Wire[]
  readonly note: string
}

const size = { width: 760, height: 360 }

const provider: Box = {
  x: 20,
  y: 110,
  width: 150,
  height: 60,
  title: 'provider',
  lines: ['ISDN lines'],
  kind: 'outside',
}
const relay: Box = {
  x: 290,
  y: 40,
  width: 150,
  height: 150,
  title: 'bero*fos',
  lines: ['scenario 0'],
  kind: 'relay',
}
const master: Box = {
  x: 570,
  y: 80,
  width: 170,
  height: 70,
  title: 'master',
  lines: ['telephony'],
  kind: 'server',
}
const slave: Box = {
  x: 570,
  y: 230,
  width: 170,
  height: 90,
  title: 'slave',
  lines: ['telephony, standing by', 'berofosd'],
  kind: 'server',
}

const boxes = [provider, relay, master, slave]
const network: readonly Wire[] = [
  {
    points: [
      [690, 230],
      [690, 150],
    ],
    kind: 'network',
    label: 'ping, SIP, HTTP, TCP',
    labelAt: [548, 195],
  },
  {
    points: [
      [570, 300],
      [365, 300],
      [365, 190],
    ],
    kind: 'network',
    label: 'HTTP: set, read back',
    labelAt: [386, 320],
  },
]

/** Heights of the ports on the picture. */
const port = { A: 140, B: 115, D: 165 } as const

/** Mode of the relay → how the ports are connected: A--B in mode 1, A--D in mode 0. */
function wiringAt(mode: 0 | 1): readonly Wire[] {
  const { A, B, D } = port
  const taken = mode === 1 ? B : D
  return [
    {
      points: [
        [170, A],
        [320, A],
        [405, taken],
        [440, taken],
      ],
      kind: 'live',
      label: 'A',
      labelAt: [298, A - 8],
    },
    {
      points: [
        [440, B],
        [570, B],
      ],
      kind: mode === 1 ? 'live' : 'idle',
      label: 'B',
      labelAt: [422, B - 8],
    },
    {
      points: [
        [440, D],
        [500, D],
        [500, 260],
        [570, 260],
      ],
      kind: mode === 0 ? 'live' : 'idle',
      label: 'D',
      labelAt: [422, D + 18],
    },
  ]
}

const pictures: Readonly<Record<string, Picture>> = {
  'docs/images/wiring-master.svg': {
    title: 'Mode 1: the lines are at the master',
    boxes,
    wires: [...wiringAt(1), ...network],
    note: 'mode 1, A--B: the provider is on A, the master on B, the slave on D',
  },
  'docs/images/wiring-slave.svg': {
    title: 'Mode 0: the lines are at the slave',
    boxes,
    wires: [...wiringAt(0), ...network],
    note: 'mode 0, A--D: also what a bero*fos without power connects',
  },
}

/** Path from the project's root → SVG. */
export function wiringPictures(): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(pictures).map(([path, picture]) => [path, svgOf(picture)]))
}

const style = [
  'text { font: 15px sans-serif; fill: #222 }',
  '.title { font-weight: bold }',
  '.small { font-size: 13px; fill: #555 }',
  '.port { font-weight: bold; font-size: 13px }',
  'rect { stroke: #444; stroke-width: 1.5; rx: 6 }',
  '.server { fill: #e8f0fa } .relay { fill: #fff4d6 } .outside { fill: #eee }',
  'polyline { fill: none; stroke-width: 2 }',
  '.live { stroke: #15803d; stroke-width: 4 }',
  '.idle { stroke: #999; stroke-dasharray: 6 5 }',
  '.network { stroke: #2563eb; stroke-width: 1.5; stroke-dasharray: 2 4 }',
].join('\n    ')

const legend: readonly (readonly [Wire['kind'], string])[] = [
  ['live', 'connected'],
  ['idle', 'cabled, not connected now'],
  ['network', 'Ethernet'],
]

function svgOf({ title, boxes, wires, note }: Picture): string {
  const { width, height } = size
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}">`,
    `  <title>${title}</title>`,
    `  <style>\n    ${style}\n  </style>`,
    `  <rect width="${width}" height="${height}" style="fill: #fff; stroke: none"/>`,
    ...boxes.map(drawBox),
    ...wires.map(drawWire),
    ...legend.flatMap(drawLegend),
    text(20, 24, 'small', note),
    '</svg>',
    '',
  ].join('\n')
}

function drawBox({ x, y, width, height, title, lines = [], kind }: Box): string {
  return [
    `  <rect class="${kind}" x="${x}" y="${y}" width="${width}" height="${height}"/>`,
    text(x + width / 2, y + 26, 'title', title, 'middle'),
    ...lines.map((line, index) => text(x + width / 2, y + 48 + index * 19, 'small', line, 'middle')),
  ].join('\n')
}

function drawWire({ points, kind, label, labelAt }: Wire): string {
  const line = `  <polyline class="${kind}" points="${points.map(point => point.join(',')).join(' ')}"/>`
  if (label === undefined || labelAt === undefined) return line
  const [x, y] = labelAt
  return `${line}\n${text(x, y, kind === 'network' ? 'small' : 'port', label)}`
}

function drawLegend([kind, words]: readonly [Wire['kind'], string], index: number): string[] {
  const y = 262 + index * 24
  return [`  <polyline class="${kind}" points="20,${y} 60,${y}"/>`, text(70, y + 5, 'small', words)]
}

function text(x: number, y: number, kind: string, words: string, anchor = 'start'): string {
  return `  <text class="${kind}" x="${x}" y="${y}" text-anchor="${anchor}">${words}</text>`
}
