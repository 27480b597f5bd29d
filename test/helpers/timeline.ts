import { defaultCheck } from '../../src/config/check-reading.ts'
import { worstCaseDetectionMs } from '../../src/core/worst-case.ts'

/** The time line of a failover, drawn from the defaults: path from the project's root → SVG. */
export function timelinePicture(): Readonly<Record<string, string>> {
  return { 'docs/images/timeline.svg': svgOf(rowsOf()) }
}

/** A stretch of time in a row; seconds after the master's death. */
interface Bar {
  readonly from: number
  readonly to: number
  readonly kind: 'good' | 'bad' | 'work' | 'maybe'
  readonly words?: string
}

interface Row {
  readonly name: string
  readonly about: string
  readonly bars: readonly Bar[]
}

/** Examples: what hooks take is up to the site. */
const hookSeconds = 0.8
/** As the demo measures it, twice a request of some 40 ms. */
const moveSeconds = 0.1
/** `[relays] timeout`: a first try of a device that hangs. */
const relayTimeoutSeconds = 3
const lastSecond = 13

function rowsOf(): Row[] {
  const { intervalMs, timeoutMs, fall } = defaultCheck('')
  const decided = worstCaseDetectionMs(defaultCheck('')) / 1000
  // The last one begins its timeout before the check is down, the first an interval after the last answer.
  const pace = (decided - timeoutMs / 1000 - intervalMs / 1000) / (fall - 1)
  const probes = Array.from({ length: fall }, (_, index) => intervalMs / 1000 + index * pace)
  const failed = probes.map(begun => begun + timeoutMs / 1000)
  const asked = failed.at(-2) ?? 0
  const told = decided + hookSeconds
  const tried = told + relayTimeoutSeconds
  return [
    {
      name: 'master',
      about: 'answers last at 0 s',
      bars: [
        { from: -1, to: 0, kind: 'good', words: 'well' },
        { from: 0, to: lastSecond, kind: 'bad', words: 'dead' },
      ],
    },
    {
      name: 'probes',
      about: `every ${intervalMs / 1000} s, silent for ${timeoutMs / 1000} s`,
      bars: probes.map((from, index) => ({
        from,
        to: from + timeoutMs / 1000,
        kind: 'work',
        words: `${index + 1}`,
      })),
    },
    {
      name: 'check ping',
      about: `down after fall = ${fall}`,
      bars: [
        { from: -1, to: failed[0] ?? 0, kind: 'good', words: 'up' },
        { from: failed[0] ?? 0, to: decided, kind: 'maybe', words: `up, fails 1 to ${fall - 1}` },
        { from: decided, to: lastSecond, kind: 'bad', words: `down after ${decided} s` },
      ],
    },
    {
      name: 'relays, witnesses',
      about: 'asked: am I cut off?',
      bars: [{ from: asked, to: decided, kind: 'work', words: 'ask' }],
    },
    {
      name: 'before_slave',
      about: 'awaited, if it is set',
      bars: [{ from: decided, to: told, kind: 'maybe', words: 'hook' }],
    },
    {
      name: 'fos1, fos2, fos4',
      about: 'told, read back',
      bars: [
        { from: told, to: told + moveSeconds, kind: 'work' },
        { from: told + moveSeconds, to: lastSecond, kind: 'good', words: `A--D within ${moveSeconds} s` },
      ],
    },
    {
      name: 'fos3, which hangs',
      about: 'told again for ever',
      bars: [
        { from: told, to: tried, kind: 'work', words: `first try, ${relayTimeoutSeconds} s` },
        { from: tried, to: lastSecond, kind: 'bad', words: 'open' },
      ],
    },
    {
      name: 'after_slave',
      about: 'after every first try',
      bars: [{ from: tried, to: tried + hookSeconds, kind: 'maybe', words: 'hook' }],
    },
  ]
}

const left = 210
const pixelsPerSecond = 56
const rowHeight = 52
const top = 64

function xOf(second: number): number {
  return Math.round(left + (second + 1) * pixelsPerSecond)
}

const style = [
  'text { font: 16px sans-serif; fill: #222 }',
  '.title { font-weight: bold; font-size: 18px }',
  '.small { fill: #444 }',
  '.good { fill: #bbf7d0 } .bad { fill: #fecaca } .work { fill: #bfdbfe } .maybe { fill: #fde68a }',
  'rect { stroke: #444; stroke-width: 1; rx: 4 }',
  'polyline { fill: none; stroke: #bbb; stroke-width: 1; stroke-dasharray: 3 4 }',
].join('\n    ')

function svgOf(rows: readonly Row[]): string {
  const title = 'From the death of the master to the last hook, with the defaults'
  const width = xOf(lastSecond) + 20
  const height = top + rows.length * rowHeight + 44
  const seconds = Array.from({ length: lastSecond + 1 }, (_, second) => second)
  const bottom = top + rows.length * rowHeight
  const grid = seconds.map(s => `  <polyline points="${xOf(s)},${top} ${xOf(s)},${bottom}"/>`)
  const axis = seconds.map(s => text('small', xOf(s), bottom + 24, s === 0 ? '0 s' : String(s), 'middle'))
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}">
  <title>${title}</title>
  <style>
    ${style}
  </style>
  <rect width="${width}" height="${height}" style="fill: #fff; stroke: none; rx: 0"/>
${text('title', 20, 34, title, 'start')}
${[...grid, ...rows.flatMap(rowLines), ...axis].join('\n')}
</svg>
`
}

function rowLines({ name, about, bars }: Row, index: number): string[] {
  const y = top + index * rowHeight
  return [
    text('title', 20, y + 20, name, 'start'),
    text('small', 20, y + 40, about, 'start'),
    ...bars.flatMap(({ from, to, kind, words }) => {
      const [x, end] = [xOf(from), xOf(to)]
      const bar = `  <rect class="${kind}" x="${x}" y="${y + 8}" width="${Math.max(4, end - x)}" height="${rowHeight - 18}"/>`
      return words === undefined ? [bar] : [bar, text('small', (x + end) / 2, y + 31, words, 'middle')]
    }),
  ]
}

function text(kind: string, x: number, y: number, words: string, anchor: string): string {
  return `  <text class="${kind}" x="${x}" y="${y}" text-anchor="${anchor}">${words}</text>`
}
