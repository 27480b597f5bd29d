/** A box of a picture: a machine, a device, or what is not ours. */
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  /** Empty: none. */
  readonly title: string
  readonly lines?: readonly string[]
  readonly kind: 'server' | 'relay' | 'outside'
}

export interface Wire {
  readonly points: readonly Point[]
  /** live: the lines run here · idle: cabled, not connected now · network: Ethernet. */
  readonly kind: 'live' | 'idle' | 'network'
}

export type Point = readonly [x: number, y: number]

/** Words that stand by themselves. */
export interface Label {
  readonly at: Point
  readonly words: string
  readonly kind: 'title' | 'small' | 'port'
  readonly anchor?: 'start' | 'middle' | 'end'
}

export interface Picture {
  readonly title: string
  readonly width: number
  readonly height: number
  readonly boxes: readonly Box[]
  /** Centres of sockets, each with its number. */
  readonly sockets?: readonly { readonly at: Point; readonly number: number }[]
  readonly wires: readonly Wire[]
  readonly labels: readonly Label[]
  /** Where the legend begins. */
  readonly legendAt: Point
}

export const socketSize = 26

const style = [
  'text { font: 18px sans-serif; fill: #222 }',
  '.title { font-weight: bold }',
  '.small { font-size: 16px; fill: #444 }',
  '.port { font-weight: bold; font-size: 18px }',
  'rect { stroke: #444; stroke-width: 1.5; rx: 6 }',
  '.socket { fill: #fff; rx: 3 }',
  '.server { fill: #e8f0fa } .relay { fill: #fff4d6 } .outside { fill: #eee }',
  'polyline { fill: none; stroke-width: 2 }',
  '.live { stroke: #15803d; stroke-width: 4 }',
  '.idle { stroke: #888; stroke-width: 2.5; stroke-dasharray: 7 5 }',
  '.network { stroke: #2563eb; stroke-width: 2; stroke-dasharray: 2 4 }',
].join('\n    ')

const legend: Readonly<Record<Wire['kind'], string>> = {
  live: 'connected',
  idle: 'not connected now',
  network: 'Ethernet',
}

/** The picture as a file of its own, with a legend of the wires that it has. */
export function svgOf(picture: Picture): string {
  const { title, width, height, boxes, sockets = [], wires, labels } = picture
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}">`,
    `  <title>${title}</title>`,
    `  <style>\n    ${style}\n  </style>`,
    `  <rect width="${width}" height="${height}" style="fill: #fff; stroke: none; rx: 0"/>`,
    ...boxes.map(drawBox),
    ...wires.map(drawWire),
    ...sockets.map(({ at, number }) => drawSocket(at, number)),
    ...drawLegend(picture),
    ...labels.map(drawLabel),
    '</svg>',
    '',
  ].join('\n')
}

function drawBox({ x, y, width, height, title, lines = [], kind }: Box): string {
  const middle = x + width / 2
  const words = [title, ...lines].filter(line => line !== '')
  return [
    `  <rect class="${kind}" x="${x}" y="${y}" width="${width}" height="${height}"/>`,
    ...words.map((line, index) =>
      drawLabel({
        at: [middle, y + 27 + index * 22],
        words: line,
        kind: index === 0 ? 'title' : 'small',
        anchor: 'middle',
      }),
    ),
  ].join('\n')
}

function drawWire({ points, kind }: Wire): string {
  return `  <polyline class="${kind}" points="${points.map(point => point.join(',')).join(' ')}"/>`
}

function drawSocket([x, y]: Point, number: number): string {
  const half = socketSize / 2
  return [
    `  <rect class="socket" x="${x - half}" y="${y - half}" width="${socketSize}" height="${socketSize}"/>`,
    drawLabel({ at: [x, y + 6], words: String(number), kind: 'small', anchor: 'middle' }),
  ].join('\n')
}

function drawLegend({ wires, legendAt: [x, y] }: Picture): string[] {
  const kinds = Object.entries(legend).filter(([kind]) => wires.some(wire => wire.kind === kind))
  return kinds.flatMap(([kind, words], index) => {
    const at = y + index * 26
    return [
      `  <polyline class="${kind}" points="${x},${at} ${x + 44},${at}"/>`,
      drawLabel({ at: [x + 54, at + 5], words, kind: 'small' }),
    ]
  })
}

function drawLabel({ at: [x, y], words, kind, anchor = 'start' }: Label): string {
  return `  <text class="${kind}" x="${x}" y="${y}" text-anchor="${anchor}">${words}</text>`
}
